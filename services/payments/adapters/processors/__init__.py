"""Card processors: the port and the sandbox adapter."""
