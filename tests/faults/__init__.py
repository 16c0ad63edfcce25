"""Faults on purpose: the real suite under kills, pauses and cuts, and what must hold afterwards."""
