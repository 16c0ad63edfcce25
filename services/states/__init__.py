"""The states: what their files must agree on, and the page that says what each key means."""
