"""Whoever reads Spanish can register and sign in with Spanish pages."""

import random
import re

import pytest

from chassis.i18n.language import gettext
from services.identity.adapters import captcha
from services.identity.domain.mail import OutgoingMail
from tests.unit.identity.office import (
    WILHELMINA,
    WILHELMINAS_SEARCH,
    Browser,
    Office,
    account_form,
)


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
        "Hay 2 puntos que necesitan su atención",
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
