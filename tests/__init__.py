"""Tests, a folder or file for each floor of the package."""
