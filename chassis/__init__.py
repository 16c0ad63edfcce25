"""What every service stands on: web, database, outbox, inbox, bus, tokens, telemetry, page frame.

It knows `contracts`, knows no service, and holds no business noun.
"""
