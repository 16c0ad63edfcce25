"""HTML routes: legal's work by deadline, case files, and the steps of a case."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput, NotFound
from chassis.security.access import requires
from chassis.security.principal import get_principal
from chassis.service import current_rules, current_service
from chassis.web.charts import Bar, bar_chart
from chassis.web.forms import Form, read_form
from chassis.web.paging import page_asked_for
from contracts.legal import LegalPermission
from services.legal import queries
from services.legal.access import CASE_READERS
from services.legal.domain.case import Case
from services.legal.domain.procedure import BoardDecision, Step
from services.legal.domain.timeline import Vote
from services.legal.jurisdiction import LegalRules
from services.legal.pages.words import STATES, STEPS, done_words
from services.legal.schemas import DatedStepForm, DecisionForm, ReasonForm, StepForm
from services.legal.usecases import cases

blueprint = Blueprint("cases", __name__, url_prefix="/legal/cases")


@blueprint.get("")
@requires(*CASE_READERS)
def index() -> ResponseReturnValue:
    """Work by deadline, overdue first."""
    service = current_service()
    with service.database.reading() as session:
        work = queries.work_by_clock(session, get_principal().educator_id)
    clocks = queries.count_by_clock(work, service.today())
    chart = bar_chart(
        "clocks",
        translatable("Work by deadline"),
        (translatable("Due"), translatable("Complaints and cases")),
        (
            Bar(translatable("Overdue"), clocks.overdue, kind="error"),
            Bar(translatable("Within 7 days"), clocks.this_week, kind="warning"),
            Bar(translatable("Within 30 days"), clocks.this_month),
            Bar(translatable("Later"), clocks.later),
            Bar(translatable("No deadline"), clocks.without),
        ),
    )
    return render_template("legal/cases.html", work=work, states=STATES, chart=chart)


@blueprint.get("/finished")
@requires(*CASE_READERS)
def finished() -> ResponseReturnValue:
    """The finished cases."""
    with current_service().database.reading() as session:
        page = queries.finished_cases(session, get_principal().educator_id, page_asked_for())
    return render_template("legal/finished.html", page=page, states=STATES)


@blueprint.get("/<uuid:case_id>")
@requires(*CASE_READERS)
def show(case_id: UUID) -> ResponseReturnValue:
    """A case's file: its state, the next steps, and the timeline."""
    with current_service().database.transaction() as session:
        case = cases.read_case(session, case_id)
        order = queries.find_order_of(session, case_id)
    grounds = current_rules(LegalRules).grounds_on(case.opened_on)
    return render_template(
        "legal/case.html",
        case=case,
        order=order,
        state=STATES[case.state],
        steps=[(step, words) for step, words in STEPS.items() if step in case.possible],
        decisions=[action for action in case.possible if action in set(BoardDecision)],
        may_enter_order=Step.ENTER_SUSPENSION in case.possible,
        grounds=[grounds[code] for code in case.grounds],
        timeline=[(entry, done_words(entry, current_rules(LegalRules))) for entry in case.entries],
    )


@blueprint.get("/<uuid:case_id>/steps/<step>")
@requires(LegalPermission.HANDLE_CASES)
def step(case_id: UUID, step: str) -> ResponseReturnValue:
    """The form for one step."""
    case = _get_case(case_id)
    chosen = _get_step(step)
    case.refuse_impossible(chosen)
    return _step_page(case, chosen, Form(raw={"on": current_service().today()}))


@blueprint.post("/<uuid:case_id>/steps/<step>")
@requires(LegalPermission.HANDLE_CASES)
def take_step(case_id: UUID, step: str) -> ResponseReturnValue:
    """Take one step."""
    service, chosen = current_service(), _get_step(step)
    form = read_form(DatedStepForm() if STEPS[chosen].day else StepForm(), request.form)
    if not form.errors:
        try:
            with service.database.transaction() as session:
                cases.take_step(
                    session,
                    current_rules(LegalRules),
                    case_id,
                    chosen,
                    on=form.values.get("on", service.today()),
                    note=form.values["note"],
                    by=get_principal().display_name,
                    today=service.today(),
                )
            return redirect(f"/legal/cases/{case_id}", 303)
        except InvalidInput as refusal:
            form = form.refused(refusal)
    return _step_page(_get_case(case_id), chosen, form)


@blueprint.get("/<uuid:case_id>/decision")
@requires(LegalPermission.HANDLE_CASES)
def decision(case_id: UUID) -> ResponseReturnValue:
    """The form for the board's decision."""
    return _decision_page(_get_case(case_id), Form())


@blueprint.post("/<uuid:case_id>/decision")
@requires(LegalPermission.HANDLE_CASES)
def record_decision(case_id: UUID) -> ResponseReturnValue:
    """Record the board's decision."""
    service = current_service()
    form = read_form(DecisionForm(), request.form)
    if not form.errors:
        values = form.values
        try:
            with service.database.transaction() as session:
                cases.record_decision(
                    session,
                    current_rules(LegalRules),
                    case_id,
                    values["decision"],
                    on=values["on"],
                    vote=Vote(values["votes_for"], values["votes_against"], values["abstained"]),
                    note=values["note"],
                    by=get_principal().display_name,
                    today=service.today(),
                )
            return redirect(f"/legal/cases/{case_id}", 303)
        except InvalidInput as refusal:
            form = form.refused(refusal)
    return _decision_page(_get_case(case_id), form)


@blueprint.get("/<uuid:case_id>/hold")
@requires(LegalPermission.HANDLE_CASES)
def hold(case_id: UUID) -> ResponseReturnValue:
    """Place a hold, or lift the one in force."""
    return _hold_page(_get_case(case_id), Form())


@blueprint.post("/<uuid:case_id>/hold/place")
@requires(LegalPermission.HANDLE_CASES)
def place_hold(case_id: UUID) -> ResponseReturnValue:
    """Place a hold."""
    return _change_hold(case_id, lift=False)


@blueprint.post("/<uuid:case_id>/hold/lift")
@requires(LegalPermission.HANDLE_CASES)
def lift_hold(case_id: UUID) -> ResponseReturnValue:
    """Lift the hold."""
    return _change_hold(case_id, lift=True)


def _change_hold(case_id: UUID, *, lift: bool) -> ResponseReturnValue:
    service = current_service()
    form = read_form(ReasonForm(), request.form)
    if form.errors:
        return _hold_page(_get_case(case_id), form)
    change = cases.lift_hold if lift else cases.place_hold
    with service.database.transaction() as session:
        change(
            session,
            case_id,
            reason=form.values["reason"],
            by=get_principal().display_name,
            today=service.today(),
        )
    return redirect(f"/legal/cases/{case_id}", 303)


def _get_case(case_id: UUID) -> Case:
    with current_service().database.reading() as session:
        return cases.get_case(session, case_id)


def _get_step(name: str) -> Step:
    step = next((step for step in STEPS if step == name), None)
    if step is None:
        raise NotFound(translatable("There is no such step."))
    return step


def _step_page(case: Case, step: Step, form: Form) -> ResponseReturnValue:
    page = render_template("legal/step.html", case=case, step=step, words=STEPS[step], form=form)
    return page, 422 if form.errors else 200


def _decision_page(case: Case, form: Form) -> ResponseReturnValue:
    words = current_rules(LegalRules).decisions
    options = [(action, words.of(action)) for action in case.possible if action in vars(words)]
    page = render_template(
        "legal/decision.html", case=case, state=STATES[case.state], options=options, form=form
    )
    return page, 422 if form.errors else 200


def _hold_page(case: Case, form: Form) -> ResponseReturnValue:
    return render_template("legal/hold.html", case=case, form=form), 422 if form.errors else 200
