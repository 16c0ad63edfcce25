"""Observability: traces, logs, metrics."""
