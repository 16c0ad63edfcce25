"""A reader who asks for Spanish gets whole pages in Spanish; programs go on getting English."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from chassis.testing import FixedClock, deliver
from tests.unit.lookup.facts import issued, suspended

SPANISH = {"Accept-Language": "es"}
NUMBER = "KY-2026-0000001"


def page(client: FlaskClient, path: str, headers: dict[str, str] = SPANISH) -> str:
    """A page's text without its tags, its blanks made one."""
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    assert '<html lang="es">' in answer.text or headers is not SPANISH
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def test_results_are_told_in_spanish(app: Flask, client: FlaskClient) -> None:
    deliver(app, issued())

    shown = page(client, "/lookup/educators?q=lovelace")

    for words in (
        "Educadores encontrados con «lovelace»",
        "Vigente",
        "Nombre, EPSB ID o número de certificado",
        "Al 22 de noviembre de 2026, 10:00 a.m. · Los nombres y los certificados",
        "Un sitio web oficial: gobierno de Kentucky.",
        "Búsqueda de educadores",
    ):
        assert words in shown
    assert not re.search(r"\b(the|Search|Name|Certificates)\b", shown)


def test_an_educator_is_shown_in_spanish_with_the_states_own_titles(
    app: Flask, client: FlaskClient
) -> None:
    deliver(app, suspended(date(2026, 11, 1), date(2026, 12, 31)))

    path = "/lookup/educators/202600001"
    shown = page(client, path)

    for words in (
        "Secondary Mathematics",
        "Suspendido del 1 de noviembre de 2026 al 31 de diciembre de 2026, inclusive.",
        "Vigencia",
        "Grados",
    ):
        assert words in shown
    assert '<span lang="en">Secondary Mathematics</span>' in client.get(path, headers=SPANISH).text


def test_a_verification_is_told_in_spanish(app: Flask, client: FlaskClient) -> None:
    deliver(app, issued())

    shown = page(client, f"/lookup/verify/{NUMBER}")

    for words in (
        "Válido el 22 de noviembre de 2026",
        "El titular de este certificado es Ada Lovelace.",
        "Es válido hasta el 30 de junio de 2031, inclusive.",
        "Todos los certificados de Ada Lovelace",
        "Qué hacer ahora",
    ):
        assert words in shown


def test_what_is_not_found_is_told_in_spanish(client: FlaskClient) -> None:
    answer = client.get("/lookup/educators/1", headers={**SPANISH, "Accept": "text/html"})

    assert answer.status_code == 404
    for words in (
        "No pudimos encontrar eso",
        "Ningún educador con certificado tiene el EPSB ID 1.",
        "busque al educador por su nombre",
    ):
        assert words in answer.text


def test_old_knowledge_is_said_to_be_old_in_spanish(client: FlaskClient, clock: FixedClock) -> None:
    clock.move(hours=3)

    assert "Esta información tiene 3 horas de antigüedad." in page(client, "/lookup/")


def test_programs_are_answered_in_english_whatever_they_like(
    app: Flask, client: FlaskClient
) -> None:
    deliver(app, issued())

    for path in (f"/lookup/api/verify/{NUMBER}", "/lookup/api/educators?name=lovelace"):
        assert client.get(path, headers=SPANISH).data == client.get(path).data


def test_a_page_kept_in_one_language_is_not_the_page_in_another(client: FlaskClient) -> None:
    english, spanish = client.get("/lookup/"), client.get("/lookup/", headers=SPANISH)

    assert english.headers["ETag"] != spanish.headers["ETag"]
    assert english.headers["Vary"] == spanish.headers["Vary"] == "Cookie, Accept-Language"
    again = client.get("/lookup/", headers={**SPANISH, "If-None-Match": english.headers["ETag"]})
    assert again.status_code == 200


@pytest.mark.parametrize("headers", [{}, SPANISH])
def test_a_hostile_search_stays_text(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.get("/lookup/educators?q=<script>zz%25(x)s", headers=headers)

    assert "<script>zz" not in answer.text
    assert "&lt;script&gt;zz%(x)s" in answer.text


@pytest.mark.parametrize("headers", [{}, SPANISH])
def test_a_hostile_number_in_a_translated_refusal_stays_text(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    answer = client.get(
        "/lookup/educators/<script>9{label}", headers={**headers, "Accept": "text/html"}
    )

    assert answer.status_code == 404
    assert "<script>9" not in answer.text
    assert "&lt;script&gt;9{label}" in answer.text
