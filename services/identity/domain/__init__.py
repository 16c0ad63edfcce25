"""Persons, accounts, organizations, sessions, keys, mail: their rules and the facts that follow."""
