"""A service's own database and files."""
