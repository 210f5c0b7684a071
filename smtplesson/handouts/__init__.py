"""Notebooks as handouts: one self-contained HTML file each, for students or for teachers."""
