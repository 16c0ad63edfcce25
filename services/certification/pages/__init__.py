"""HTML routes, a module for each noun."""
