"""The secrets of a deployment are made once; what others read of them is whole at any moment."""

import threading
from pathlib import Path

from deploy.make_secrets import make

URL = "https://credentials.example.gov"


def test_who_must_trust_the_gateway_never_meets_half_a_certificate(tmp_path: Path) -> None:
    """Each change of a version makes what is missing, while others go on reading."""
    make(tmp_path / "secrets", URL)
    shown, whole = tmp_path / "certificate.pem", set[str]()
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            whole.add(shown.read_text())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(100):
        make(tmp_path / "secrets", URL)
    is_over.set()
    reader.join()

    assert whole == {(tmp_path / "secrets/gateway_certificate.pem").read_text()}
    assert shown.stat().st_mode & 0o777 == 0o644


def test_a_secret_that_is_there_is_kept(tmp_path: Path) -> None:
    make(tmp_path / "secrets", URL)
    before = {each.name: each.read_text() for each in (tmp_path / "secrets").glob("*_secret*")}

    make(tmp_path / "secrets", URL)

    assert before
    assert all((tmp_path / "secrets" / name).read_text() == kept for name, kept in before.items())
