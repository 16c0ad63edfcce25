"""Events on their way: outbox, relay, bus, inbox, reactions, and messages that were parked."""
