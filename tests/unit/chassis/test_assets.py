"""The page assets: complete, under names that follow their content, built once, served for long."""

import gzip
import json
import os
import re
import shutil
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from fontTools.ttLib import TTFont

from chassis.web import build_assets
from chassis.web.assets import VAR, AssetMissing, AssetsUnavailable, asset_url, blueprint
from chassis.web.build_assets import ALTCHA, ICONS, USWDS, build, fetch
from chassis.web.class_names import COMPOSED
from chassis.web.fonts import ASCENT, DESCENT, RANGES
from chassis.web.purge import classes_of, purged

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


def templates() -> list[Path]:
    return [*ROOT.glob("chassis/web/*/**/*.html"), *ROOT.glob("services/*/templates/**/*.html")]


def classes_in(template: str) -> set[str]:
    """The whole names in a template's attributes `class`, in each branch of their conditions."""
    names: set[str] = set()
    for attribute in re.findall(r'\bclass="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)"', template):
        plain = re.sub(r"\{%.*?%\}", " ", re.sub(r"\{\{.*?\}\}", "{}", attribute))
        names |= {name for name in plain.split() if "{}" not in name}
    return names


def names_begun_in(template: str) -> set[str]:
    """What stands before a variable in a name that is put together, such as `usa-alert--`."""
    return set(re.findall(r'(?<=[\s"])(usa-[\w-]*[-_])\{\{', template))


@cache
def uswds() -> str:
    return (NPM_CACHE / "node_modules" / USWDS.name / "dist/css/uswds.min.css").read_text()


@cache
def whole() -> frozenset[str]:
    """Every class of USWDS."""
    return classes_of(uswds())


def built_sheet(folder: Path) -> str:
    return (folder / files(folder)["uswds/css/uswds.min.css"]).read_text()


def test_every_asset_lies_under_a_hashed_name(folder: Path) -> None:
    for name, hashed in files(folder).items():
        assert (folder / hashed).is_file()
        assert re.search(r"-[0-9a-f]{12}[./]", hashed), name


def test_everything_the_style_sheet_names_is_there(folder: Path) -> None:
    sheet = folder / files(folder)["uswds/css/uswds.min.css"]
    named = re.findall(r"url\(([^)]+)\)", sheet.read_text())
    assert len(named) > 10
    assert [url for url in named if not (sheet.parent / url).is_file()] == []


def test_every_class_that_a_template_writes_keeps_its_rules(folder: Path) -> None:
    written = {name for template in templates() for name in classes_in(template.read_text())}
    assert {"usa-alert__body", "tablet:grid-col-6", "usa-button--outline"} <= written & whole()
    assert written & whole() - classes_of(built_sheet(folder)) == set()


def test_names_that_templates_put_together_are_among_those_foreseen() -> None:
    begun = {name for template in templates() for name in names_begun_in(template.read_text())}
    assert "usa-alert--" in begun
    foreseen = {name for name in whole() if COMPOSED.fullmatch(name)}
    for start in begun:
        could_be = {name for name in whole() if name.startswith(start)}
        assert not could_be or could_be & foreseen, start


def test_what_no_page_uses_is_gone(folder: Path) -> None:
    sheet = built_sheet(folder)
    for unused in (".usa-accordion", ".usa-hero", ".usa-date-picker", ".usa-banner", "@font-face"):
        assert unused in uswds()
        assert unused not in sheet
    assert len(gzip.compress(sheet.encode())) < 10_000


def test_a_selector_goes_alone_and_an_empty_block_goes_whole() -> None:
    sheet = (
        ".a,.b .c,:where(.a,.x) p,a:not(.x){color:red}"
        "@media print{.x{color:red}@supports (y:z){.x .a{color:red}}}"
        "@font-face{font-family:F;src:url(f)}"
        r".tablet\:grid{animation:turn 1s}.x{animation:spin 1s}"
        "@keyframes turn{to{rotate:1turn}}@keyframes spin{to{rotate:1turn}}"
    )
    assert purged(sheet, lambda name: name in {"a", "tablet:grid"}) == (
        ".a,:where(.a,.x) p,a:not(.x){color:red}"
        r".tablet\:grid{animation:turn 1s}"
        "@keyframes turn{to{rotate:1turn}}"
    )


@pytest.mark.parametrize("weight", [400, 700])
def test_the_fonts_have_the_letters_of_names(folder: Path, weight: int) -> None:
    usual, rare = (
        TTFont(folder / files(folder)[f"source-sans/{part.name}-{weight}.woff2"]) for part in RANGES
    )
    assert set(map(ord, "azAZ09\xa0łőșñđŽŵħŋéÿÞ\u02bb“”…•·→€¢£")) <= set(usual.getBestCmap())
    assert set(map(ord, "ǫơưǎəấỹ₦₹")) <= set(rare.getBestCmap())
    # What stands for the font while it is fetched is as high.
    height, units = usual["hhea"], usual["head"].unitsPerEm
    assert (height.ascent / units, -height.descent / units) == (ASCENT, DESCENT)
    assert height.lineGap == 0


def test_a_page_fetches_no_more_than_two_fonts_for_most_names(folder: Path) -> None:
    sheet = (folder / files(folder)["source-sans/faces.css"]).read_text()
    assert sheet.count("unicode-range") == 4
    assert sheet.count("font-display:swap") == 4
    assert sheet.count("size-adjust") == 2
    usual = [name for name in files(folder) if re.search(r"/latin-\d+\.woff2", name)]
    assert sum((folder / files(folder)[name]).stat().st_size for name in usual) < 30_000


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


def test_the_sprite_has_the_icons_that_templates_name_and_no_others(folder: Path) -> None:
    sprite = (folder / files(folder)["uswds/img/icons.svg"]).read_text()
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == set(ICONS)
    # icon("mail"), icon_name="mail", icon({"info": "info"}.get(kind, "schedule"))
    calls = re.compile(r"(?s)\bicon(?:_name)?[(=].*?(?:\}\}|%\})")
    named = {
        name
        for template in templates()
        for call in calls.findall(template.read_text())
        for name in re.findall(r"""["'](\w+)["'](?!:)""", call)
    }
    assert named == set(ICONS)


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
