"""Assignments: who teaches what, where, and whether a certificate authorizes it."""
