"""What the lessons lay beside the standards: sizes, waits, servers, bounces, a popular table."""
