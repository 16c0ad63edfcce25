"""Who may use a route: what a token must be like, and what everybody else is told."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey
from werkzeug.test import TestResponse

from chassis.ids import new_id
from chassis.problems import NotAllowed
from chassis.security.access import UndeclaredAccess, public
from chassis.security.principal import find_principal
from chassis.security.tokens import ISSUER
from chassis.testing import NOW, FixedClock, bearer, client_of, deliver, service_of
from contracts.identity import PublicKey, Role, SigningKeysChanged
from contracts.legal import LegalPermission
from tests.unit.chassis.registry import drafted, registry

LEGAL = {Role.LEGAL: None}
NEXT_KEY = ECKey.generate_key("P-256", {"kid": "next-key"})


def ask(app: Flask, authorization: str, path: str = "/registry/mine") -> TestResponse:
    return app.test_client().get(path, headers={"Authorization": authorization})


def signed_with(key: ECKey, **different: Any) -> str:
    """A good token, but for the key and what is said to be different."""
    claims = {
        "iss": ISSUER,
        "aud": "legal",
        "sub": str(new_id()),
        "exp": int((NOW + timedelta(minutes=5)).timestamp()),
        "name": "Test Person",
        "sid": "test-session",
    }
    claims = {name: value for name, value in (claims | different).items() if value is not None}
    header = {"alg": "ES256", "kid": str(key.kid), "typ": "at+jwt"}
    return f"Bearer {jwt.encode(header, claims, key)}"


def keys_changed(version: int, *keys: ECKey) -> SigningKeysChanged:
    described = [(key.kid, key.as_dict(private=False)) for key in keys]
    return SigningKeysChanged(
        version=version,
        issuer=ISSUER,
        keys=tuple(PublicKey(kid=str(kid), x=str(k["x"]), y=str(k["y"])) for kid, k in described),
    )


def parts_of(authorization: str) -> list[str]:
    return authorization.removeprefix("Bearer ").split(".")


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=="))


@pytest.fixture
def knowing_next_key(app: Flask) -> Flask:
    deliver(app, keys_changed(2, NEXT_KEY))
    return app


def test_a_good_token_lets_its_bearer_in(app: Flask) -> None:
    assert ask(app, bearer("legal", {})).status_code == 200


def test_a_tampered_token_is_refused(app: Flask) -> None:
    header, claims, signature = parts_of(bearer("legal", {}))
    tampered = decoded(claims) | {"roles": [{"role": "legal"}]}

    answer = ask(app, f"Bearer {header}.{encoded(tampered)}.{signature}")

    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["type"] == "urn:credence:problem:sign-in-needed"


@pytest.mark.parametrize(
    "different",
    [
        {"aud": "payments"},
        {"aud": None},
        {"iss": "somebody-else"},
        {"exp": int((NOW - timedelta(seconds=1)).timestamp())},
        {"exp": None},
        {"sub": None},
        {"sub": "not-a-uuid"},
        {"sid": None},
        {"roles": [{"role": "emperor"}]},
        {"roles": "legal"},
    ],
    ids=lambda each: " ".join(f"{name}={value}" for name, value in each.items()),
)
def test_a_token_with_other_claims_is_refused(
    knowing_next_key: Flask, different: dict[str, Any]
) -> None:
    assert ask(knowing_next_key, signed_with(NEXT_KEY)).status_code == 200
    assert ask(knowing_next_key, signed_with(NEXT_KEY, **different)).status_code == 401


def test_a_token_of_yesterday_is_refused(tmp_path: Path) -> None:
    clock = FixedClock()
    app = registry(tmp_path, clock=clock)
    token = bearer("legal", {}, lifetime=timedelta(minutes=5))

    assert ask(app, token).status_code == 200
    clock.move(minutes=6)
    assert ask(app, token).status_code == 401
    service_of(app).database.close()


def test_a_token_without_a_signature_is_refused(app: Flask) -> None:
    _, claims, _ = parts_of(bearer("legal", LEGAL))
    header = encoded({"alg": "none", "kid": "test-key", "typ": "at+jwt"})

    assert ask(app, f"Bearer {header}.{claims}.").status_code == 401


def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused(
    knowing_next_key: Flask,
) -> None:
    _, claims, _ = parts_of(signed_with(NEXT_KEY))
    header = encoded({"alg": "HS256", "kid": "next-key", "typ": "at+jwt"})
    for secret in (NEXT_KEY.as_pem(private=False), NEXT_KEY.as_der(private=False)):
        seal = hmac.new(secret, f"{header}.{claims}".encode(), hashlib.sha256).digest()
        signature = base64.urlsafe_b64encode(seal).rstrip(b"=").decode()

        answer = ask(knowing_next_key, f"Bearer {header}.{claims}.{signature}")

        assert answer.status_code == 401


def test_a_token_made_for_another_purpose_is_refused(knowing_next_key: Flask) -> None:
    _, claims, _ = parts_of(signed_with(NEXT_KEY))
    header = {"alg": "ES256", "kid": "next-key", "typ": "JWT"}
    token = jwt.encode(header, decoded(claims), NEXT_KEY)

    assert ask(knowing_next_key, f"Bearer {token}").status_code == 401


@pytest.mark.parametrize("nonsense", ["x", "a.b.c", "....", "\u2603", "e30.e30.e30"])
def test_nonsense_in_place_of_a_token_is_refused(app: Flask, nonsense: str) -> None:
    assert ask(app, f"Bearer {nonsense}".encode().decode("latin-1")).status_code == 401


def test_other_schemes_than_bearer_speak_for_nobody(app: Flask) -> None:
    assert ask(app, "Basic dGVzdDp0ZXN0").status_code == 401
    assert ask(app, "Basic dGVzdDp0ZXN0", "/registry/").status_code == 200


def test_a_token_of_an_unknown_key_is_good_once_the_key_arrived(app: Flask) -> None:
    token = signed_with(NEXT_KEY)

    assert ask(app, token).status_code == 401
    deliver(app, keys_changed(2, NEXT_KEY))
    assert ask(app, token).status_code == 200


def test_a_withdrawn_key_is_good_for_nothing_a_minute_later(tmp_path: Path) -> None:
    clock = FixedClock()
    app = registry(tmp_path, clock=clock)
    token = bearer("legal", {})
    assert ask(app, token).status_code == 200

    deliver(app, keys_changed(2, NEXT_KEY))
    clock.move(minutes=1)

    assert ask(app, token).status_code == 401
    service_of(app).database.close()


def test_an_older_set_of_keys_does_not_take_the_place_of_a_newer(app: Flask) -> None:
    deliver(app, keys_changed(3, NEXT_KEY))
    deliver(app, keys_changed(2, ECKey.generate_key("P-256", {"kid": "old-key"})))

    assert ask(app, signed_with(NEXT_KEY)).status_code == 200


def test_a_missing_role_is_forbidden(app: Flask) -> None:
    client = client_of(app, {Role.ANALYST: None})
    client.environ_base["HTTP_ACCEPT"] = "application/json"

    answer = client.get("/registry/orders")

    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["type"] == "urn:credence:problem:not-allowed"
    assert answer.json["detail"] == "Only this role may do this: legal."


def test_an_anonymous_reader_of_a_page_is_led_to_the_sign_in_and_back(app: Flask) -> None:
    answer = client_of(app).get("/registry/orders?page=2&name=O'Hara")

    assert answer.status_code == 303
    assert answer.location == "/identity/sign-in?next=/registry/orders%3Fpage%3D2%26name%3DO%27Hara"


def test_an_anonymous_program_is_told_that_it_needs_a_token(app: Flask) -> None:
    answer = client_of(app).get(f"/registry/api/orders/{drafted(app)}")

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["type"] == "urn:credence:problem:sign-in-needed"


def test_an_anonymous_form_is_not_led_away(app: Flask) -> None:
    client = app.test_client()

    answer = client.post(f"/registry/orders/{drafted(app)}/enter", data={"signature": "x"})

    assert answer.status_code == 401


def test_a_public_route_is_for_everybody(app: Flask) -> None:
    assert client_of(app).get("/registry/").status_code == 200


def test_a_route_that_does_not_say_who_may_use_it_stops_the_start(tmp_path: Path) -> None:
    forgetful = Blueprint("forgetful", __name__, url_prefix="/registry")

    @forgetful.get("/open-by-oversight")
    def open_by_oversight() -> str:
        return "everything"

    with pytest.raises(UndeclaredAccess, match="GET /registry/open-by-oversight"):
        registry(tmp_path, extra_pages=(forgetful,))


def test_a_person_acts_only_at_their_own_organization(app: Flask) -> None:
    mine, theirs = new_id(), new_id()
    checks = Blueprint("checks", __name__)

    @checks.get("/registry/whose")
    @public
    def whose() -> dict[str, Any]:
        principal = find_principal()
        assert principal is not None
        principal.refuse_unless_at(mine, LegalPermission.COMPLAIN)
        with pytest.raises(NotAllowed, match="another organization"):
            principal.refuse_unless_at(theirs, LegalPermission.COMPLAIN)
        with pytest.raises(NotAllowed):
            principal.refuse_unless_at(mine, LegalPermission.HANDLE_CASES)
        at = principal.organizations(LegalPermission.COMPLAIN)
        return {"at": [str(each) for each in at]}

    app.register_blueprint(checks)
    client: FlaskClient = client_of(app, {Role.SUPERINTENDENT: mine, Role.LEGAL: None})

    assert client.get("/registry/whose").json == {"at": [str(mine)]}
