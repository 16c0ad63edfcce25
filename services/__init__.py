"""The services of Credence: each owns its data, its pages and its API, and none imports another."""
