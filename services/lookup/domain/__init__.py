"""The replica's tables and finished documents; each document is good through a stated day."""
