"""Changes of the chassis's own tables, which each service's history makes once."""
