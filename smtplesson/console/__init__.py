"""The terminal on a server: what it knows, what it shows, and the widget with its front end."""
