"""Whoever reads Spanish can register and sign in with Spanish pages."""

import random
import re

import pytest

from chassis.i18n.language import gettext
from chassis.testing import audited, deliver
from contracts.identity import Role
from services.identity.adapters import captcha
from services.identity.domain.mail import OutgoingMail
from tests.unit.identity.office import (
    WILHELMINA,
    WILHELMINAS_SEARCH,
    Browser,
    Office,
    account_form,
)
from tests.unit.identity.test_notices import notice

NEW_PASSWORD = "four other lamps 88"  # of a made-up person


def spanish(office: Office) -> Browser:
    """A browser in which Spanish was chosen."""
    browser = office.browser()
    assert browser.get("/language/es").status_code == 303
    return browser


def words_of(page: str) -> str:
    """A page's text without its tags, its blanks made one."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_the_registration_form_is_in_spanish_with_its_errors(office: Office) -> None:
    form = {**WILHELMINAS_SEARCH, "last_name": "", "birth_date_month": "2", "birth_date_day": "30"}

    answer = spanish(office).post("/identity/register", form)

    assert answer.status_code == 422
    assert '<html lang="es">' in answer.text
    shown = words_of(answer.text)
    for words in (
        "Hay 3 puntos que necesitan su atención",
        "Escriba su apellido.",
        "Solo hay 28 días en febrero de 1986.",
        "Últimos cuatro dígitos de su número de Seguro Social (obligatorio)",
        "Busque su registro",
        "Fecha de nacimiento",
    ):
        assert words in shown
    assert not re.search(r"\b(your|the|Enter|First)\b", shown)


def test_the_account_form_says_its_faults_in_spanish(office: Office) -> None:
    office.import_persons(WILHELMINA)
    browser = spanish(office)
    browser.search(WILHELMINAS_SEARCH)
    form = {"username": "w", "email": "nowhere", "password": "short", "password_again": "other"}

    shown = words_of(browser.post("/identity/register/account", form).text)

    for words in (
        "Un nombre de usuario: escriba de 3 a 60 caracteres.",
        "Esta no es una dirección de correo electrónico",
        "Use al menos 15 caracteres.",
        "28 de abril de 1986",
    ):
        assert words in shown


def test_a_failed_sign_in_is_told_in_spanish(office: Office) -> None:
    form = {"username": "nobody", "password": "wrong wrong wrong"}

    answer = spanish(office).post("/identity/sign-in", form)

    assert "El nombre de usuario o la contraseña no son correctos." in answer.text


def test_what_only_signed_in_people_see_stays_english(office: Office) -> None:
    office.import_persons(WILHELMINA)
    office.register()
    browser = spanish(office)
    browser.sign_in("willa")

    assert '<html lang="es">' in browser.get("/identity/").text
    profile = browser.get("/identity/profile").text
    assert '<html lang="en">' in profile
    assert "Sign out" in profile
    assert "hreflang" not in profile


def test_a_hostile_name_stays_text(office: Office) -> None:
    search = {**WILHELMINAS_SEARCH, "first_name": "<script>x", "last_name": "%(name)s {label}"}

    shown = spanish(office).search(search).text

    assert "&lt;script&gt;x %(name)s {label}" in shown
    assert "<script>x" not in shown


@pytest.mark.parametrize("seed", range(30))
def test_a_question_asked_in_spanish_takes_the_spanish_answer(
    office: Office, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captcha, "_random", random.Random(seed))
    with office.app.test_request_context("/identity/register", headers={"Accept-Language": "es"}):
        question, answer = random.Random(seed).choice(captcha._QUESTIONS)()
        assert question.startswith(("¿", "Sume", "Reste", "Escriba", "Usted", "De "))
        if answer.isdigit() and int(answer) <= 20:
            spelled = gettext(captcha._NUMBERS[int(answer)])
            assert captcha._normalized(f" {spelled.upper()}. ") == answer
        else:
            assert captcha._normalized(answer) == answer


def test_the_mail_to_confirm_an_address_is_in_the_language_of_the_page(office: Office) -> None:
    office.import_persons(WILHELMINA)
    browser = spanish(office)
    browser.search(WILHELMINAS_SEARCH)
    browser.post("/identity/register/account", account_form())

    (mail,) = office.all(OutgoingMail)

    assert mail.subject.startswith("Confirme su correo electrónico")
    assert "Hola, Wilhelmina May Testworthy:" in mail.text
    assert "/identity/confirm?token=" in mail.text
    assert "¿Preguntas?" in mail.text


def test_who_registered_in_spanish_gets_all_mail_in_spanish_until_they_choose_another_language(
    office: Office,
) -> None:
    office.import_persons(WILHELMINA)
    browser = spanish(office)
    browser.search(WILHELMINAS_SEARCH)
    browser.post("/identity/register/account", account_form())
    browser.post("/identity/confirm", {"token": office.newest_token()})
    educator_id = office.account("willa").educator_id

    deliver(office.app, notice(educator_id=educator_id))
    office.browser().post("/identity/forgotten", {"email": "willa@example.org"})
    # The page is in English, the person reads Spanish.
    office.browser().post("/identity/new-password", new_password(office))
    subjects = [mail.subject for mail in office.all(OutgoingMail)][1:]

    assert subjects[0] == "Ya puede pagar su tarifa"
    assert not any(word in subject for subject in subjects for word in ("Your", "password"))
    assert len(subjects) == 3

    browser.sign_in("willa", NEW_PASSWORD)
    assert "Español" in browser.get("/identity/profile").text
    assert browser.post("/identity/profile/language", {"language": "en"}).status_code == 303
    assert browser.post("/identity/profile/language", {"language": "xx"}).status_code == 422
    deliver(office.app, notice(educator_id=educator_id))

    assert office.account("willa").language == "en"
    assert office.all(OutgoingMail)[-1].subject == "Your fee can now be paid"
    assert audited(office.app)[-1].action == "language chosen"


def new_password(office: Office) -> dict[str, str]:
    return {
        "token": office.newest_token(),
        "password": NEW_PASSWORD,
        "password_again": NEW_PASSWORD,
    }


def test_staff_are_written_to_in_english_until_they_choose(office: Office) -> None:
    office.hire("analyst", (Role.ANALYST, office.agency()))
    due = notice(organization_id=office.agency().organization_id, role="analyst")
    deliver(office.app, due)
    browser = office.browser()
    browser.sign_in("analyst")

    browser.post("/identity/profile/language", {"language": "es"})
    deliver(office.app, notice(organization_id=office.agency().organization_id, role="analyst"))

    assert [mail.subject for mail in office.all(OutgoingMail)] == [
        "Your fee can now be paid",
        "Ya puede pagar su tarifa",
    ]
