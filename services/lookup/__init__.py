"""Lookup: what the public may know of every educator's certificates, answered from this replica."""
