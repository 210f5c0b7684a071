"""One way to show a thing: the style of each class of reply, tables, and the theme's colours."""
