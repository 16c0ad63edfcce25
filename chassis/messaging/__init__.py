"""Event delivery: outbox, relay, bus, inbox, reactions, and parked messages."""
