"""What the lessons lay beside the standards: sizes, real servers and bounces, a popular table."""
