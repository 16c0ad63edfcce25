"""Registration: search for one's record, claim it or start a new one, open an account."""

from datetime import date
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from chassis.context import current_context
from chassis.i18n.language import current_language
from chassis.i18n.text import translatable
from chassis.names.keys import part_key
from chassis.problems import InvalidInput
from chassis.security.access import public
from chassis.service import current_rules, current_service
from chassis.web.forms import Form, read_form
from services.identity.adapters.captcha import (
    ANSWER_FIELD,
    SOLUTION_FIELDS,
    USED_BEFORE,
    CaptchaFailed,
)
from services.identity.adapters.cookies import cookie_name, cookie_options
from services.identity.adapters.passwords import hash_password
from services.identity.adapters.resources import resources
from services.identity.domain.registration import Registration
from services.identity.jurisdiction import IdentityRules
from services.identity.pages.chosen_password import with_password_faults
from services.identity.schemas import AccountForm, NewPersonForm, SearchForm
from services.identity.usecases import accounts, persons
from services.identity.usecases.letters import letterhead
from services.identity.usecases.limits import (
    begin_attempt,
    forgive,
    is_challenge_used,
    use_challenge,
)
from services.identity.usecases.registration import (
    NewAccount,
    get_registration,
    open_account,
    search_record,
)
from services.identity.usecases.sign_in import key_of

blueprint = Blueprint("registration", __name__, url_prefix="/identity")

_RESULT = "/identity/register/result"
_ACCOUNT = "/identity/register/account"
_CHECK_MAIL = "/identity/register/check-mail"


@blueprint.get("/register")
@public
def register() -> ResponseReturnValue:
    """Ask for the search fields."""
    return _search_form(Form())


@blueprint.post("/register")
@public
def search() -> ResponseReturnValue:
    """Search for the record and go on to the result."""
    service, limits = current_service(), current_rules(IdentityRules).limits
    form = read_form(SearchForm(), request.form)
    if form.is_valid:
        form = _with_date_fault(form, service.today())
    is_human, form = _with_captcha_fault(form)
    if not form.is_valid:
        return _search_form(form, is_human=is_human), 422
    sought, now = form.values, service.now()
    who = (part_key(sought["first_name"]), part_key(sought["last_name"]), sought["birth_date"])
    most = {
        key_of("search person", *who): limits.failures_per_username,
        key_of("search address", current_context().address): limits.searches_per_address,
    }
    with service.database.transaction() as session:
        attempts = begin_attempt(session, most, limits.window, now)
        registration, token = search_record(session, **sought, now=now)
        if not registration.is_new_person:
            forgive(session, attempts)
    response = current_app.make_response(redirect(_RESULT, 303))
    response.set_cookie(_cookie(), token, **cookie_options(service.settings.public_url))
    return response


def _search_form(form: Form, *, is_human: bool = False) -> str:
    """The form; a solved CAPTCHA goes with it, to be used when the rest is right."""
    challenge = resources().captcha.new_challenge(current_service().now())
    solved = {name: request.form.get(name, "") for name in SOLUTION_FIELDS} if is_human else {}
    return render_template("identity/register.html", form=form, challenge=challenge, solved=solved)


def _with_date_fault(form: Form, today: date) -> Form:
    if date(1900, 1, 1) <= form.values["birth_date"] < today:
        return form
    return form.with_error("birth_date", translatable("Check the year of your date of birth."))


def _with_captcha_fault(form: Form) -> tuple[bool, Form]:
    """Whether its CAPTCHA is solved, and the form with an error if not.

    It is used up by a form without errors, and by a wrong answer.
    """
    service = current_service()
    try:
        with service.database.transaction() as session:
            challenge_id = resources().captcha.check(
                request.form, service.now(), is_used=lambda each: is_challenge_used(session, each)
            )
            if form.is_valid and not use_challenge(session, challenge_id, service.now()):
                raise CaptchaFailed(USED_BEFORE)
    except CaptchaFailed as failure:
        if failure.challenge_id:
            with service.database.transaction() as session:
                use_challenge(session, failure.challenge_id, service.now())
        return False, form.with_error(ANSWER_FIELD, failure.reason)
    return True, form


@blueprint.get("/register/result")
@public
def result() -> ResponseReturnValue:
    """The search result."""
    registration = _get_registration()
    if registration.account_id is not None:
        return redirect(_CHECK_MAIL, 303)
    person = None
    if registration.may_open_account and not registration.is_new_person:
        with current_service().database.reading() as session:
            person = persons.get_person(session, registration.educator_id)
    return render_template(
        f"identity/register_{registration.outcome}.html", registration=registration, person=person
    )


@blueprint.get("/register/account")
@public
def account_form() -> ResponseReturnValue:
    """Ask how the person wants to sign in."""
    registration = _get_registration()
    if registration.account_id is not None:
        return redirect(_CHECK_MAIL, 303)
    if not registration.may_open_account:
        return redirect(_RESULT, 303)
    return _account_form(registration, Form())


@blueprint.post("/register/account")
@public
def open_new_account() -> ResponseReturnValue:
    """Open the account; submitting the form twice opens one."""
    service, registration = current_service(), _get_registration()
    schema = NewPersonForm() if registration.is_new_person else AccountForm()
    form = read_form(schema, request.form)
    form = with_password_faults(
        form,
        str(form.raw.get("username", "")),
        str(form.raw.get("email", "")),
        registration.full_name,
    )
    if not form.is_valid:
        return _account_form(registration, form), 422
    chosen = NewAccount(
        username=form.values["username"],
        email=form.values["email"],
        # Hash before the transaction: hashing is slow on purpose.
        password_hash=hash_password(form.values["password"]),
        language=current_language(),
        middle_name=form.values.get("middle_name"),
        suffix=form.values.get("suffix"),
        ssn=form.values.get("ssn"),
    )
    attempts = _begin_guess(chosen)
    try:
        with service.database.transaction() as session:
            open_account(
                session,
                current_rules(IdentityRules),
                resources().vault,
                letterhead(),
                registration.registration_id,
                chosen,
                service.now(),
            )
            forgive(session, attempts)
    except InvalidInput as refusal:
        return _account_form(registration, form.refused(refusal)), 422
    return redirect(_CHECK_MAIL, 303)


def _begin_guess(chosen: NewAccount) -> list[UUID]:
    """Count an attempt with a whole number, so that nobody can probe which numbers are on file."""
    if chosen.ssn is None:
        return []
    service, limits = current_service(), current_rules(IdentityRules).limits
    key = key_of("new record address", current_context().address)
    with service.database.transaction() as session:
        return begin_attempt(
            session, {key: limits.searches_per_address}, limits.window, service.now()
        )


def _account_form(registration: Registration, form: Form) -> str:
    return render_template(
        "identity/register_account.html",
        registration=registration,
        form=form,
        rules=current_rules(IdentityRules),
    )


@blueprint.get("/register/check-mail")
@public
def check_mail() -> ResponseReturnValue:
    """Show what is left to do: confirm the address."""
    service, registration = current_service(), _get_registration()
    if registration.account_id is None:
        return redirect(_RESULT, 303)
    with service.database.reading() as session:
        account = accounts.get_account(session, registration.account_id)
    return render_template(
        "identity/check_mail.html",
        account=account,
        ticket=resources().tickets.issue(account.account_id, service.now()),
        shows_mail=resources().mail_folder is not None,
    )


def _cookie() -> str:
    return cookie_name(current_service().settings.public_url, "registration")


def _get_registration() -> Registration:
    service = current_service()
    with service.database.reading() as session:
        return get_registration(session, request.cookies.get(_cookie(), ""), service.now())
