"""What all tests share: the servers they ask for by name, and how a run of them goes."""

pytest_plugins = [
    "tests.scheduling_plugin",
    "tests.servers.plugin",
    "tests.suite_plugin",
    "tests.templates_plugin",
    "tests.examples_plugin",
]
