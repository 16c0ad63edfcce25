"""Writes the contents of each image, as CycloneDX 1.6: `python deploy/images/sbom.py IMAGE...`.

They are read from the image, file by file: the packages of Debian, Alpine and Python. Nothing in
the image is run. Each image gets one file in var/sbom; the same image gives the same file.
"""

import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from email.parser import HeaderParser
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

FOLDER = Path("var/sbom")
_DEBIAN = "var/lib/dpkg/status"
_ALPINE = "lib/apk/db/installed"
_PYTHON = re.compile(r"(?:.*/)?[^/]+\.dist-info/METADATA")

Component = dict[str, Any]


def main(images: list[str]) -> None:
    """Write a file for each image."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for image in images:
        inspected = json.loads(_docker("image", "inspect", image))[0]
        container = _docker("create", image, "nothing").strip()
        try:
            with subprocess.Popen(
                ["docker", "export", container], stdout=subprocess.PIPE
            ) as export:
                assert export.stdout is not None
                bill = bill_of(image, inspected, components_in(export.stdout))
        finally:
            _docker("rm", "--volumes", container)
        path = FOLDER / f"{image.rpartition('/')[2].replace(':', '-')}.cdx.json"
        path.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
        print(f"{path}  {len(bill['components'])} components")


def _docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout


def bill_of(
    image: str, inspected: Mapping[str, Any], components: list[Component]
) -> dict[str, Any]:
    """The bill of materials of an image, of which `docker image inspect` says `inspected`."""
    name, _, version = image.rpartition(":")
    digest = inspected["Id"]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {
            "timestamp": inspected["Created"],
            "component": {
                "type": "container",
                "bom-ref": digest,
                "name": name,
                "version": version,
                "hashes": [{"alg": "SHA-256", "content": digest.removeprefix("sha256:")}],
            },
        },
        "components": components,
    }


def components_in(files: IO[bytes]) -> list[Component]:
    """Every package listed in a file system, given as a tar stream; each once, by name."""
    found: dict[str, Component] = {}
    with tarfile.open(fileobj=files, mode="r|") as archive:
        for member in archive:
            name = member.name.removeprefix("./")
            if not member.isfile() or not (name in (_DEBIAN, _ALPINE) or _PYTHON.fullmatch(name)):
                continue
            opened = archive.extractfile(member)
            assert opened is not None
            text = opened.read().decode("utf-8", "replace")
            if name == _DEBIAN:
                components = _debian(text)
            elif name == _ALPINE:
                components = _alpine(text)
            else:
                components = _python(text)
            found.update((component["bom-ref"], component) for component in components)
    return [found[reference] for reference in sorted(found)]


def _debian(status: str) -> Iterator[Component]:
    for paragraph in status.strip().split("\n\n"):
        package = HeaderParser().parsestr(paragraph)
        if package["Status"] == "install ok installed":
            name, version = package["Package"], package["Version"]
            place = f"pkg:deb/debian/{_quoted(name)}@{_quoted(version)}"
            yield _component(name, version, f"{place}?arch={package['Architecture']}")


def _alpine(installed: str) -> Iterator[Component]:
    for paragraph in installed.strip().split("\n\n"):
        package = dict(line.split(":", 1) for line in paragraph.splitlines() if line[1:2] == ":")
        name, version = package["P"], package["V"]
        place = f"pkg:apk/alpine/{_quoted(name)}@{_quoted(version)}"
        yield _component(name, version, f"{place}?arch={package['A']}", package.get("L"))


def _python(metadata: str) -> Iterator[Component]:
    package = HeaderParser().parsestr(metadata)
    name = re.sub(r"[-_.]+", "-", package["Name"]).lower()
    version = package["Version"]
    yield _component(
        name, version, f"pkg:pypi/{name}@{_quoted(version)}", package["License-Expression"]
    )


def _component(name: str, version: str, purl: str, license_: str | None = None) -> Component:
    component = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
    }
    return component | ({"licenses": [{"expression": license_}]} if license_ else {})


def _quoted(part: str) -> str:
    return quote(part, safe="")


if __name__ == "__main__":
    main(sys.argv[1:])
