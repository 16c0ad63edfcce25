"""A state's own words take the place of the suite's, on pages and in none of their values."""

from pathlib import Path

import pytest
from flask import Flask

from chassis.i18n.language import gettext, init_translations, ngettext
from chassis.i18n.text import translatable
from chassis.state_folder import JurisdictionFault, StateFolder, StateWords

LICENSES = StateWords(
    terms={"certificate": "license", "certificates": "licenses", "agreed order": "settlement"}
)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Your certificate ends.", "Your license ends."),
        ("Certificates and agreed orders", "Licenses and agreed orders"),
        ("Accept the agreed order", "Accept the settlement"),
        ("Agreed order", "Settlement"),
        ("certificate_number and certification", "certificate_number and certification"),
        ("%(certificate)s of {certificate}", "%(certificate)s of {certificate}"),
        ('<a href="/certificate">certificate</a>', '<a href="/certificate">license</a>'),
    ],
)
def test_a_term_is_replaced_as_a_word_and_in_no_markup_or_place_for_a_value(
    text: str, own: str
) -> None:
    assert LICENSES.applied_to(text) == own


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An application of a state that issues licenses, and says so in English alone."""
    (tmp_path / "words.en.toml").write_text('[terms]\ncertificate = "license"\n')
    (tmp_path / "words.es.toml").write_text('[texts]\n"the Realm" = "el Reino"\n')
    app = Flask("chassis")
    init_translations(app, StateFolder(tmp_path))
    return app


def test_pages_speak_the_states_words_and_values_stay_as_they_are(app: Flask) -> None:
    with app.test_request_context("/"):
        assert gettext("Apply for a certificate") == "Apply for a license"
        assert ngettext("%(num)s certificate", "%(num)s", 1) == "%(num)s license"
        named = translatable("certificate {title}", title="Certificate of Merit")
        assert gettext(named) == "license Certificate of Merit"


def test_what_a_state_says_is_said_in_the_language_of_the_page(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "es"}):
        assert gettext("the Realm") == "el Reino"
    with app.test_request_context("/"):
        assert gettext("the Realm") == "the Realm"


def test_a_fault_in_the_words_is_told_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "words.en.toml").write_text('[terms]\nCertificate = "license"\n')

    with pytest.raises(JurisdictionFault, match=r"line 2: terms\.Certificate must be in small"):
        init_translations(Flask("chassis"), StateFolder(tmp_path))
