"""Migrations of the chassis's own tables; each service's history runs each of them once."""
