"""Serves the pages' styles, scripts, fonts and icons under hashed names.

`chassis.web.build_assets` builds the folder.
"""

import json
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import NotFound

from chassis.settings import ROOT

VAR = ROOT / "var"
MANIFEST = "manifest.json"
DOCUMENTS = "docs"
"""The subfolder of the assets that holds the pages for integrators."""
YEAR = 365 * 24 * 3600


class AssetsUnavailable(Exception):
    """The assets cannot be built or were not built; the message says what to do."""


class AssetMissing(LookupError):
    """A page names an asset that the build does not produce."""


blueprint = Blueprint("assets", __name__, url_prefix="/assets")
"""The assets, from the app's `ASSETS_DIR`; in production nginx serves the same folder."""

STYLESHEETS = ("source-sans/faces.css", "uswds/css/uswds.min.css", "credence.css")
"""The style sheets of every page; later ones override earlier ones."""

MIME_TYPES = {
    ".css": "text/css",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@blueprint.app_template_global()
def asset_url(name: str) -> str:
    """The address of an asset, by its name in the manifest, e.g. `credence.css`.

    Raises `AssetMissing` for a name that the build does not produce.
    """
    files = _manifest_files(_folder())
    if name not in files:
        raise AssetMissing(f"No asset is called {name!r}; chassis/web/build_assets.py lists them.")
    return f"{blueprint.url_prefix}/{files[name]}"


@blueprint.app_template_global()
def stylesheet_urls() -> list[str]:
    """The addresses of the `STYLESHEETS`."""
    return [asset_url(name) for name in STYLESHEETS]


def documents_folder() -> Path:
    """The folder of the pages for integrators."""
    return _folder() / DOCUMENTS


@blueprint.get("/<path:hashed>")
def serve(hashed: str) -> Response:
    """One asset, compressed if the browser accepts it, cacheable for a year."""
    folder = _folder()
    if hashed not in _manifest_files(folder).values():
        raise NotFound
    compressed = folder / f"{hashed}.gz"
    is_compressed = request.accept_encodings.quality("gzip") > 0 and compressed.is_file()
    response = Response(
        (compressed if is_compressed else folder / hashed).read_bytes(),
        mimetype=MIME_TYPES.get(Path(hashed).suffix, "text/plain"),
    )
    if is_compressed:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    response.cache_control.max_age = YEAR
    response.cache_control.immutable = True
    return response


def _folder() -> Path:
    return Path(current_app.config.get("ASSETS_DIR") or VAR / "assets")


@cache
def _manifest_files(folder: Path) -> dict[str, str]:
    try:
        files: dict[str, str] = json.loads((folder / MANIFEST).read_text())["files"]
    except FileNotFoundError as error:
        raise AssetsUnavailable(
            f"There are no page assets in {folder}. Run `python -m chassis.web.build_assets`."
        ) from error
    return files
