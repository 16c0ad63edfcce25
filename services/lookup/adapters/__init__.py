"""Lookup's adapters: the replica's file, and the copy a new replica takes from a peer."""
