"""What a service says of itself while it runs: traces, logs, metrics."""
