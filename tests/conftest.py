"""What all tests share: the servers they ask for by name, and the suite on them."""

pytest_plugins = ["tests.servers.plugin", "tests.suite_plugin", "tests.templates_plugin"]
