"""The page assets: complete, under names that follow their content, built once, served for long."""

import gzip
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.web import build_assets
from chassis.web.assets import VAR, AssetMissing, AssetsUnavailable, asset_url, blueprint
from chassis.web.build_assets import ALTCHA, ICONS, build, fetch

ROOT = Path(__file__).parents[3]
NPM_CACHE = VAR / "npm"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("assets")
    try:
        assert build(built, NPM_CACHE)
    except AssetsUnavailable as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    return built


@pytest.fixture
def app(folder: Path) -> Flask:
    app = Flask("assets")
    app.config["ASSETS_DIR"] = folder
    app.register_blueprint(blueprint)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def files(folder: Path) -> dict[str, str]:
    manifest: dict[str, dict[str, str]] = json.loads((folder / "manifest.json").read_text())
    return manifest["files"]


def test_every_asset_lies_under_a_hashed_name(folder: Path) -> None:
    for name, hashed in files(folder).items():
        assert (folder / hashed).is_file()
        assert re.search(r"-[0-9a-f]{12}[./]", hashed), name


def test_everything_the_style_sheet_names_is_there(folder: Path) -> None:
    sheet = folder / files(folder)["uswds/css/uswds.min.css"]
    named = re.findall(r"url\(([^)]+)\)", sheet.read_text())
    assert len(named) > 20
    assert [url for url in named if not (sheet.parent / url).is_file()] == []


def test_only_two_fonts_are_left(folder: Path) -> None:
    assert len([name for name in files(folder) if name.endswith(".woff2")]) == 2


def test_a_second_build_does_nothing(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert not build(folder, NPM_CACHE)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_lost_file_is_built_again(folder: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(folder, tmp_path / "assets")
    lost = copied / files(copied)["credence.css"]
    lost.unlink()
    assert build(copied, NPM_CACHE)
    assert lost.is_file()


def test_a_changed_style_sheet_gets_a_new_name_and_leaves_the_others(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = shutil.copytree(build_assets.STATIC, tmp_path / "static")
    (ours / "credence.css").write_text("main { color: teal; }")
    monkeypatch.setattr(build_assets, "STATIC", ours)
    copied = shutil.copytree(folder, tmp_path / "assets")
    before = files(copied)
    assert build(copied, NPM_CACHE)
    changed = {name for name, hashed in files(copied).items() if hashed != before[name]}
    assert changed == {"credence.css"}


def test_without_a_registry_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    with pytest.raises(AssetsUnavailable, match=r"(?s)npm registry.*ECONNREFUSED"):
        build(tmp_path / "assets", tmp_path / "npm")
    assert not (tmp_path / "assets").exists()


def test_a_package_of_another_content_than_the_pinned_one_is_refused(
    folder: Path, tmp_path: Path
) -> None:
    other = ALTCHA._replace(integrity=f"sha512-{'0' * 86}==")
    with pytest.raises(AssetsUnavailable, match=rf"altcha.*{other.integrity}"):
        fetch(tmp_path, other)


def test_an_icon_that_a_template_names_is_in_the_sprite(folder: Path) -> None:
    sprite = (folder / files(folder)["uswds/img/icons.svg"]).read_text()
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == set(ICONS)
    templates = [*ROOT.glob("chassis/web/templates/**/*.html"), *ROOT.glob("services/**/*.html")]
    named = {
        name
        for template in templates
        for name in re.findall(r"""\bicon(?:_name)?(?:\(|=)["'](\w+)["']""", template.read_text())
    }
    assert "account_circle" in named
    assert named - set(ICONS) == set()


def test_an_address_leads_to_its_asset_which_may_be_kept_for_a_year(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        address = asset_url("credence.css")
    response = client.get(address)
    assert response.status_code == 200
    assert response.mimetype == "text/css"
    assert response.data == (build_assets.STATIC / "credence.css").read_bytes()
    assert response.cache_control.immutable
    assert response.cache_control.max_age == 365 * 24 * 3600


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [
        ("uswds/css/uswds.min.css", "text/css"),
        ("altcha/altcha.js", "text/javascript"),
        ("uswds/img/icons.svg", "image/svg+xml"),
    ],
)
def test_text_goes_compressed_to_whoever_takes_it(
    app: Flask, client: FlaskClient, name: str, mimetype: str
) -> None:
    with app.app_context():
        address = asset_url(name)
    plain = client.get(address)
    compressed = client.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert plain.content_encoding is None
    assert compressed.content_encoding == "gzip"
    assert plain.mimetype == compressed.mimetype == mimetype
    assert gzip.decompress(compressed.data) == plain.data
    assert "Accept-Encoding" in compressed.vary


@pytest.mark.parametrize(
    "path",
    ["manifest.json", "credence.css", "../assets.py", "nothing.css", "docs/index.html"],
)
def test_only_assets_are_served(client: FlaskClient, path: str) -> None:
    assert client.get(f"/assets/{path}").status_code == 404


def test_an_unknown_name_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(AssetMissing, match="No asset is called"):
        asset_url("no.css")


def test_missing_assets_name_the_command_that_builds_them(app: Flask, tmp_path: Path) -> None:
    app.config["ASSETS_DIR"] = tmp_path
    with app.app_context(), pytest.raises(AssetsUnavailable, match=r"chassis\.web\.build_assets"):
        asset_url("credence.css")
