"""Uploaded files: kept once under the hash of what they hold, or not at all."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest

from chassis.problems import InvalidInput, NotFound
from chassis.storage.files import FileStore, StoredFile

TRANSCRIPT = b"%PDF-1.7 transcript of Wilhelmina Testworthy"


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def kept(tmp_path: Path) -> list[str]:
    return [each.name for each in (tmp_path / "files").iterdir()]


def test_a_file_is_kept_under_the_hash_of_what_it_holds(store: FileStore) -> None:
    stored = store.keep(BytesIO(TRANSCRIPT))

    assert stored == StoredFile(hashlib.sha256(TRANSCRIPT).hexdigest(), len(TRANSCRIPT))
    assert store.path_of(stored.digest).read_bytes() == TRANSCRIPT


def test_the_same_file_is_kept_once(store: FileStore, tmp_path: Path) -> None:
    first, second = store.keep(BytesIO(TRANSCRIPT)), store.keep(BytesIO(TRANSCRIPT))

    assert first == second
    assert kept(tmp_path) == [first.digest]


def test_an_empty_file_is_refused_and_leaves_nothing(store: FileStore, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        store.keep(BytesIO(b""))

    assert refused.value.errors == {"file": ["The file is empty. Choose another."]}
    assert kept(tmp_path) == []


def test_a_file_that_is_too_large_is_refused_and_leaves_nothing(
    store: FileStore, tmp_path: Path
) -> None:
    megabyte = 1024 * 1024
    store.keep(BytesIO(bytes(megabyte)), largest=megabyte)

    with pytest.raises(InvalidInput) as refused:
        store.keep(BytesIO(bytes(megabyte + 1)), largest=megabyte)

    assert refused.value.errors == {"file": ["Choose a file no larger than 1 MB."]}
    assert len(kept(tmp_path)) == 1


def test_a_file_whose_sending_breaks_off_leaves_nothing(store: FileStore, tmp_path: Path) -> None:
    class BrokenOff(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionResetError("the browser went away")
            return super().read(4)

    with pytest.raises(ConnectionResetError):
        store.keep(BrokenOff(TRANSCRIPT))

    assert kept(tmp_path) == []


@pytest.mark.parametrize(
    "digest",
    ["", "0" * 64, "../files", "../" + "0" * 61, "/etc/passwd", "0" * 63 + "/"],
)
def test_a_name_that_is_no_kept_files_digest_is_not_found(store: FileStore, digest: str) -> None:
    store.keep(BytesIO(TRANSCRIPT))

    with pytest.raises(NotFound):
        store.path_of(digest)
