"""Persons, accounts, organizations, sessions, keys and mail: their rules and events."""
