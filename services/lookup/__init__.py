"""Lookup: public information on every educator's certificates, served from this replica."""
