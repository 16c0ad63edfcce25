"""A form that is sent after the session ended is not lost."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from chassis.testing import client_of, service_of
from chassis.web.assets import VAR
from tests.unit.chassis.registry import registry

ENTER = "/registry/orders/0199b2d4-5c1e-7000-8000-000000000001/enter?from=list"
TYPED = {
    "signature": '<b>Test"worthy',
    "password": "correct horse",
    "ssn": "123456789",
    "reason": ["first", "second"],
}


@pytest.fixture
def signed_out(tmp_path: Path) -> FlaskClient:
    app = registry(tmp_path, ASSETS_DIR=str(VAR / "assets"))
    service_of(app).database.close()
    return client_of(app)


def test_what_was_typed_is_kept_on_the_page_that_asks_to_sign_in(signed_out: FlaskClient) -> None:
    answer = signed_out.post(ENTER, data=TYPED)

    page = html.fromstring(answer.text)
    (form,) = page.xpath("//main//form")
    assert answer.status_code == 401
    assert page.xpath("//h1")[0].text == "Your session has ended"
    assert form.get("action") == ENTER
    assert form.xpath(".//input[@type='hidden']/@name") == ["signature", "reason", "reason"]
    assert form.xpath(".//input[@name='signature']/@value") == [TYPED["signature"]]
    assert page.xpath("//main//a[@target='_blank']/@href") == ["/identity/sign-in"]


def test_it_says_that_a_password_or_a_file_was_not_kept(signed_out: FlaskClient) -> None:
    with_secret = signed_out.post(ENTER, data=TYPED).text
    without = signed_out.post(ENTER, data={"signature": "Testworthy"}).text

    assert "passwords were not kept" in with_secret
    assert "correct horse" not in with_secret
    assert "123456789" not in with_secret
    assert "were not kept" not in without


def test_another_sites_form_is_not_shown_for_sending_again(signed_out: FlaskClient) -> None:
    answer = signed_out.post(ENTER, data=TYPED, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert "Testworthy" not in answer.text


def test_a_program_is_told_to_sign_in(signed_out: FlaskClient) -> None:
    answer = signed_out.post(ENTER, data=TYPED, headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
