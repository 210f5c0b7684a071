"""Find the reply in a bounce message or a line of a mail log."""
