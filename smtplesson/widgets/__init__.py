"""Click and see: models that hold all the logic, and thin front ends over them."""
