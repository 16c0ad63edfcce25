"""The pytest plugin that compiles each template once a run, however many applications show it."""

from types import CodeType
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from chassis.app import Application


class CompiledTemplates(BytecodeCache):
    """Keeps in memory what was compiled, under the template's place and its text."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what this text was compiled to, if it was."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what this text was compiled to."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = CompiledTemplates()


class RememberingEnvironment(Environment):
    """Flask's environment of templates, with those that were compiled for other applications."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options, bytecode_cache=_COMPILED)


def pytest_configure() -> None:
    """Every application that tests make shares one memory of compiled templates."""
    Application.jinja_environment = RememberingEnvironment  # type: ignore[assignment]  # no alias
