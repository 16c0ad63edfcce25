"""Every setting is listed where its service lists them, is read, and stands in docs/settings.md."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.operations.settings_page import PAGE, settings_page
from chassis.settings import SETTINGS, WEB_SETTINGS, own_settings
from services.names import SERVICES
from tests.architecture.suite import ROOT

LISTS = {"SETTINGS", "WEB_SETTINGS"}


def modules_in(*places: Path) -> Iterator[Path]:
    """The modules at these places."""
    for place in places:
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]


def defined_in(module: Path) -> dict[str, str]:
    """The settings that a module makes: the name of each constant, and of the setting."""
    made = {}
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and _makes_setting(node.value):
            assert isinstance(node.value, ast.Call)
            assert isinstance(node.targets[0], ast.Name)
            made[node.targets[0].id] = ast.literal_eval(node.value.args[0])
    return made


def _makes_setting(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).partition("[")[0] == "Setting"


def made_elsewhere(modules: Iterator[Path]) -> Iterator[str]:
    """Where a setting is made that is no constant of a module called settings."""
    for module in modules:
        tree = ast.parse(module.read_text(encoding="utf-8"))
        number = sum(_makes_setting(node) for node in ast.walk(tree))
        if number > (len(defined_in(module)) if module.name == "settings.py" else 0):
            yield f"{module.name}: makes a setting that no list has"


def names_read(modules: Iterator[Path]) -> set[str]:
    """The names that these modules use, other than to import or to list them."""
    read: set[str] = set()
    for module in modules:
        tree = ast.parse(module.read_text(encoding="utf-8"))
        for node in tree.body:
            targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
            if not any(isinstance(each, ast.Name) and each.id in LISTS for each in targets):
                read |= {
                    each.id
                    for each in ast.walk(node)
                    if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
                }
    return read


def settings_faults(module: Path, listed: set[str], readers: Iterator[Path]) -> Iterator[str]:
    """Settings that a module makes but does not list, or that nobody reads."""
    made, read = defined_in(module), names_read(readers)
    for constant, name in made.items():
        if name not in listed:
            yield f"{name} is not listed"
        if constant not in read:
            yield f"{name} is never read"


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_lists_the_settings_that_it_reads_and_no_others(service: str) -> None:
    folder = ROOT / "services" / service
    module = folder / "settings.py"
    assert list(made_elsewhere(modules_in(folder))) == []
    if module.is_file():
        listed = {setting.name for setting in own_settings(service)}
        assert listed
        assert list(settings_faults(module, listed, modules_in(folder))) == []


def test_the_chassis_lists_the_settings_that_all_services_read() -> None:
    module = ROOT / "chassis/settings.py"
    listed = {setting.name for setting in (*SETTINGS, *WEB_SETTINGS)}
    readers = modules_in(ROOT / "chassis", ROOT / "deploy/gunicorn.conf.py")
    assert list(settings_faults(module, listed, readers)) == []
    assert list(made_elsewhere(modules_in(ROOT / "chassis"))) == []


def test_the_embedded_suite_lists_the_settings_that_it_reads() -> None:
    folder = ROOT / "services/demonstration"
    listed = {setting.name for setting in own_settings("demonstration")}
    readers = modules_in(folder, ROOT / "services/__main__.py")
    assert list(settings_faults(folder / "settings.py", listed, readers)) == []
    assert list(made_elsewhere(modules_in(folder, ROOT / "services/__main__.py"))) == []


def test_the_page_of_settings_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(SERVICES), "run `make documents`"


def test_the_page_says_of_each_setting_what_it_is_for() -> None:
    rows = settings_page(SERVICES).splitlines()
    for service in ("demonstration", *SERVICES):
        for setting in (*SETTINGS, *WEB_SETTINGS, *own_settings(service)):
            found = [row for row in rows if row.startswith(f"| `{setting.name}")]
            assert any(setting.purpose in row for row in found), setting.name


LENDING = """\
from chassis.setting_kinds import NUMBER
from chassis.settings import Setting

DAYS = Setting("DAYS", "how long a book is lent", NUMBER, 14)
SETTINGS: tuple[Setting, ...] = (DAYS,)
"""


@pytest.mark.parametrize(
    ("settings", "app", "fault"),
    [
        (LENDING, "print(settings[DAYS])", None),
        (LENDING, "from services.lending.settings import DAYS", "DAYS is never read"),
        (
            LENDING.replace("(DAYS,)", "()"),
            "print(settings[DAYS])",
            "DAYS is not listed",
        ),
        (
            LENDING,
            'print(settings[DAYS], settings[Setting("FINE", "a fine", NUMBER, 1)])',
            "app.py: makes a setting that no list has",
        ),
    ],
)
def test_a_setting_that_is_not_listed_or_not_read_is_named(
    tmp_path: Path, settings: str, app: str, fault: str | None
) -> None:
    (tmp_path / "settings.py").write_text(settings)
    (tmp_path / "app.py").write_text(app)
    listed = {"DAYS"} if "(DAYS,)" in settings else set()
    found = [
        *settings_faults(tmp_path / "settings.py", listed, modules_in(tmp_path)),
        *made_elsewhere(modules_in(tmp_path)),
    ]
    assert found == ([fault] if fault else [])
