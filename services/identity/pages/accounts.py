"""Accounts and their roles, for the agency's administrators."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, NotFound, RuleBroken
from chassis.security.access import requires
from chassis.security.own_matter import is_own_matter
from chassis.service import current_rules, current_service
from chassis.web.forms import FORM, Form, read_form
from chassis.web.paging import page_asked_for
from contracts.identity import IdentityPermission, OrganizationKind, Role
from services.identity import queries
from services.identity.domain.account import GRANTED_AT
from services.identity.jurisdiction import IdentityRules
from services.identity.queries import Holder
from services.identity.schemas import HolderForm, RoleForm
from services.identity.usecases import accounts, holders, organizations, persons

blueprint = Blueprint("accounts", __name__, url_prefix="/identity")


@blueprint.get("/accounts")
@requires(IdentityPermission.ADMINISTER_ACCOUNTS)
def list_accounts() -> ResponseReturnValue:
    """The searchable list of accounts."""
    text, holder = request.args.get("q", "").strip(), _holder_asked_for()
    with current_service().database.reading() as session:
        results = queries.accounts(session, text, page_asked_for(), holder)
        return render_template(
            "identity/accounts.html",
            results=results,
            text=text,
            holder=holder,
            possible=holders.possible_holders(session, results.items) if holder else {},
            not_said=queries.count_accounts(session, Holder.NOT_SAID),
            no_record=queries.count_accounts(session, Holder.NO_RECORD),
        )


def _holder_asked_for() -> Holder | None:
    asked_for = request.args.get("holder", "")
    return Holder(asked_for) if asked_for in set(Holder) else None


@blueprint.get("/accounts/<uuid:account_id>")
@requires(IdentityPermission.ADMINISTER_ACCOUNTS)
def account(account_id: UUID) -> ResponseReturnValue:
    """One account, whose it is, its roles, and a form to grant another."""
    return _account_page(account_id, Form())


PLACES_OF_ROLES = {*GRANTED_AT.values()} - {OrganizationKind.AGENCY}


def _account_page(account_id: UUID, form: Form) -> str:
    with current_service().database.reading() as session:
        shown = accounts.get_account(session, account_id)
        said = shown.said_educator_id
        return render_template(
            "identity/account.html",
            account=shown,
            is_own=is_own_matter(account_id),
            person=persons.get_person(session, said) if said else None,
            possible=holders.possible_holders(session, [shown]).get(account_id, []),
            form=form,
            roles=[(role, kind) for role, kind in GRANTED_AT.items()],
            organizations=queries.all_organizations(session, *PLACES_OF_ROLES),
        )


@blueprint.post("/accounts/<uuid:account_id>/holder")
@requires(IdentityPermission.ADMINISTER_ACCOUNTS)
def say_holder(account_id: UUID) -> ResponseReturnValue:
    """Say which person on record has a staff account, or that they have no record."""
    form, service = read_form(HolderForm(), request.form), current_service()
    if form.is_valid:
        has_record = form.values["holder"] == "record"
        try:
            with service.database.transaction() as session:
                holders.say_holder(
                    session,
                    account_id,
                    form.values["educator_number"] if has_record else None,
                    service.now(),
                    although_names_differ=form.values["same_person"],
                )
        except InvalidInput as refusal:
            form = form.refused(refusal)
        else:
            return redirect(f"/identity/accounts/{account_id}", 303)
    return _account_page(account_id, form), 422


@blueprint.post("/accounts/<uuid:account_id>/roles")
@requires(IdentityPermission.ADMINISTER_ACCOUNTS)
def grant_role(account_id: UUID) -> ResponseReturnValue:
    """Grant a role at the organization with the given name or state number."""
    form = read_form(RoleForm(), request.form)
    if form.is_valid:
        try:
            _grant(account_id, form)
        except NotFound as unknown:
            form = form.with_error("organization", unknown.detail)
        except InvalidInput as several:
            form = form.refused(several)
        except RuleBroken as refused:
            form = form.with_error(FORM, refused.detail)
        else:
            return redirect(f"/identity/accounts/{account_id}", 303)
    return _account_page(account_id, form), 422


def _grant(account_id: UUID, form: Form) -> None:
    role, text = form.values["role"], form.values["organization"]
    kind = GRANTED_AT[role]
    if kind == OrganizationKind.AGENCY:
        text = text or current_rules(IdentityRules).agency_number
    service = current_service()
    with service.database.transaction() as session:
        organization = organizations.get_organization_called(session, text, kind)
        accounts.grant_role(session, account_id, role, organization.organization_id, service.now())


@blueprint.post("/accounts/<uuid:account_id>/roles/<role>/<uuid:organization_id>/withdraw")
@requires(IdentityPermission.ADMINISTER_ACCOUNTS)
def withdraw_role(account_id: UUID, role: str, organization_id: UUID) -> ResponseReturnValue:
    """Withdraw a role."""
    if role not in set(Role):
        raise NotFound(translatable("There is no such role."))
    with current_service().database.transaction() as session:
        accounts.withdraw_role(session, account_id, Role(role), organization_id)
    return redirect(f"/identity/accounts/{account_id}", 303)
