"""HTML routes, one module per task."""
