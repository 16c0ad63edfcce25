"""The base of every service: web, database, outbox, inbox, bus, tokens, telemetry, page layout.

It imports `contracts`, imports no service, and holds no business noun.
"""
