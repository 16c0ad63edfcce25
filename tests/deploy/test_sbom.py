"""What is in an image is told in full, in the form that scanners read."""

import io
import re
import tarfile
from typing import Any

import pytest

from deploy.images.sbom import bill_of, components_in

FILES = {
    "./var/lib/dpkg/status": """\
Package: libssl3
Status: install ok installed
Architecture: amd64
Version: 3.0.17-1~deb12u2
Description: Secure Sockets Layer toolkit
 shared libraries

Package: removed-long-ago
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0

Package: g++
Status: install ok installed
Architecture: all
Version: 4:12.2.0-3
""",
    "app/packages/lib/python3.11/site-packages/Flask_Smorest-0.47.0.dist-info/METADATA": """\
Metadata-Version: 2.4
Name: Flask_Smorest
Version: 0.47.0
License-Expression: MIT

Version: of the readme, not of the package
""",
    "app/own/typst-0.15.0.dist-info/METADATA": "Name: typst\nVersion: 0.15\n",
    "app/services/legal/METADATA": "Name: no-package\nVersion: 1\n",
}
ALPINE = {"lib/apk/db/installed": "C:Q1=\nP:musl\nV:1.2.5-r9\nA:x86_64\nL:MIT\nF:lib\nR:ld.so\n"}
KNOWN = {"Id": f"sha256:{'ab' * 32}", "Created": "2026-11-22T16:20:05.000000001Z"}


def stream_of(files: dict[str, str]) -> io.BytesIO:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    held.seek(0)
    return held


def bill() -> dict[str, Any]:
    return bill_of("credence/legal:0.2.0", KNOWN, components_in(stream_of(FILES)))


def test_every_installed_package_is_named_by_its_address() -> None:
    assert [each["purl"] for each in bill()["components"]] == [
        "pkg:deb/debian/g%2B%2B@4%3A12.2.0-3?arch=all",
        "pkg:deb/debian/libssl3@3.0.17-1~deb12u2?arch=amd64",
        "pkg:pypi/flask-smorest@0.47.0",
        "pkg:pypi/typst@0.15",
    ]
    (musl,) = components_in(stream_of(ALPINE))
    assert musl["purl"] == "pkg:apk/alpine/musl@1.2.5-r9?arch=x86_64"
    assert musl["licenses"] == [{"expression": "MIT"}]


def test_the_bill_has_what_the_format_requires() -> None:
    told = bill()
    assert (told["bomFormat"], told["specVersion"], told["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", told["serialNumber"])
    about = told["metadata"]["component"]
    assert (about["type"], about["name"], about["version"]) == (
        "container",
        "credence/legal",
        "0.2.0",
    )
    assert about["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]
    for component in told["components"]:
        assert component.keys() >= {"type", "name", "version", "purl", "bom-ref"}
        assert component["type"] == "library"
    references = [each["bom-ref"] for each in told["components"]]
    assert len(set(references)) == len(references)


def test_the_same_image_gives_the_same_bill() -> None:
    assert bill() == bill()
    other = KNOWN | {"Id": f"sha256:{'cd' * 32}"}
    assert bill_of("credence/legal:0.2.0", other, [])["serialNumber"] != bill()["serialNumber"]


def test_an_image_that_says_nothing_of_itself_gives_an_empty_bill() -> None:
    assert components_in(stream_of({"etc/motd": "hello"})) == []


@pytest.mark.parametrize("name", FILES)
def test_what_is_not_where_packages_are_listed_is_no_package(name: str) -> None:
    assert components_in(stream_of({f"srv/copy/{name.rpartition('/')[2]}": FILES[name]})) == []
