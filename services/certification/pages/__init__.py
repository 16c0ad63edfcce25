"""HTML routes, one module per noun."""
