"""Uploaded files, stored under the hash of their content, so that the same file is stored once."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, NotFound

LARGEST_BYTES = 50 * 1024 * 1024
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class StoredFile:
    """A stored file: its SHA-256 digest, and its size in bytes."""

    digest: str
    size: int


class FileStore:
    """A folder of uploaded files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, stream: IO[bytes], *, largest: int = LARGEST_BYTES) -> StoredFile:
        """Store the stream's content; raises `InvalidInput` when it is empty or too large."""
        self._folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as partial:
            try:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > largest:
                        limit = largest // 1024 // 1024
                        raise InvalidInput(
                            {
                                "file": [
                                    translatable(
                                        "Choose a file no larger than {limit} MB.", limit=limit
                                    )
                                ]
                            }
                        )
                    digest.update(chunk)
                    partial.write(chunk)
                if size == 0:
                    raise InvalidInput(
                        {"file": [translatable("The file is empty. Choose another.")]}
                    )
                partial.flush()
                os.fsync(partial.fileno())
            except BaseException:
                Path(partial.name).unlink()
                raise
        name = digest.hexdigest()
        Path(partial.name).replace(self._folder / name)
        return StoredFile(name, size)

    def path_of(self, digest: str) -> Path:
        """The path of a stored file; raises `NotFound`."""
        path = self._folder / digest
        if len(digest) != 64 or not digest.isalnum() or not path.is_file():
            raise NotFound(translatable("We do not have this file."))
        return path
