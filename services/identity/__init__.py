"""Identity: who a person is, how they sign in, what roles they hold, and their sealed SSN."""
