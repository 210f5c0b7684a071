"""Which reply comes next: the SMTP machine and all that decides it. No input or output."""
