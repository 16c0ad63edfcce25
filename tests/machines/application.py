"""The life of an application, with everybody who has a hand in it acting at any moment."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from sqlalchemy.orm import Session

from chassis.ids import new_id
from contracts.certification import (
    ApplicationDecided,
    ApplicationOutcome,
    ApplicationSubmitted,
    CertificateIssued,
)
from contracts.legal import HoldLifted
from services.certification.domain import refusals
from services.certification.domain.element import ElementKind as Kind
from services.certification.domain.element import ElementState as State
from services.certification.domain.replicas import HoldInForce, OrderInForce
from services.certification.domain.status import ApplicationStatus as Status
from services.certification.usecases import applications, elements, programs, review
from tests.machines.answers import answer
from tests.machines.application_model import (
    DONE,
    GIVEN,
    GOOD,
    HELD,
    VERIFIED,
    WITH_APPLICANT,
    ApplicationModel,
)
from tests.unit.certification import story
from tests.unit.certification.transitions import Action


class ApplicationLife(ApplicationModel):
    """One application of a candidate who has completed a program."""

    begins = (*Status, VERIFIED, HELD)

    @initialize()
    def the_candidate_starts(self) -> None:
        self.admission_id = story.admit(self.app)
        self.application_id = story.start(self.app)
        self.invoice = story.invoice_opened(self.application_id)
        self.tell_people()
        to_be_decided = self.begin in (VERIFIED, HELD)
        end = Status.APPROVED if to_be_decided else Status(self.begin)
        while self.status != end and not (to_be_decided and self.is_verified):
            self.go_on_to(end)
        if self.begin == HELD:
            self.legal_places_or_lifts_a_hold()

    @rule()
    def the_candidate_starts_again(self) -> None:
        if self.status in WITH_APPLICANT | {Status.SUBMITTED}:
            self.attempt(
                lambda session: applications.start_application(
                    session,
                    self.jurisdiction,
                    educator_id=story.WILLA,
                    certificate_type="PROF",
                    authorization_codes=("SEC_MATH",),
                    **self.moment,
                ),
                {refusals.AlreadyApplied},
            )

    @rule(kind=st.sampled_from(GIVEN), is_whole=st.sampled_from((True, True, True, False)))
    def the_candidate_answers(self, kind: Kind, is_whole: bool) -> None:
        reasons = self.refusals_of(Action.EDIT)
        if not reasons and self.elements[kind] == State.VERIFIED:
            reasons = {refusals.AlreadyVerified}
        if not self.attempt(
            lambda session: answer(self.filling_in(session), kind, is_whole), reasons
        ):
            return
        self.changed()
        self.elements[kind] = State.SUBMITTED
        if kind == Kind.OUT_OF_STATE_LICENSE:
            self.elements[kind] = State.NOT_REQUIRED
        if kind == Kind.CHARACTER_AND_FITNESS:
            self.discloses = not is_whole
        elif kind == Kind.DEGREES and not is_whole:
            self.elements[kind] = State.IN_PROGRESS
        self.payment_may_open()

    def filling_in(self, session: Session) -> elements.ApplicationEditor:
        return elements.ApplicationEditor.of(
            session, self.jurisdiction, self.application_id, story.WILLA, **self.moment
        )

    @rule()
    def the_provider_recommends(self) -> None:
        reasons = self.refusals_of(Action.RECOMMEND)
        if not reasons and self.elements[Kind.PROGRAM_RECOMMENDATION] in DONE:
            reasons = {refusals.AlreadyRecommended}
        if self.attempt(
            lambda session: programs.recommend(
                session,
                self.jurisdiction,
                self.admission_id,
                [story.PROVIDER],
                self.application_id,
                **self.moment,
            ),
            reasons,
        ):
            self.changed()
            self.elements[Kind.PROGRAM_RECOMMENDATION] = State.VERIFIED
            if not self.payment_may_open():
                self.tell_people()

    @rule(is_paid=st.booleans())
    def payments_tells(self, is_paid: bool) -> None:
        """The invoice, or that it is paid, in any order and again, once it was asked for."""
        if not self.is_payment_open:
            return
        self.hear(story.payment_settled(self.invoice) if is_paid else self.invoice)
        if not self.has_invoice:
            self.has_invoice = True
            self.changed()
            if self.elements[Kind.PAYMENT] not in DONE:
                self.elements[Kind.PAYMENT] = State.IN_PROGRESS
        if is_paid and self.elements[Kind.PAYMENT] not in DONE:
            self.elements[Kind.PAYMENT] = State.VERIFIED
            self.changed(Status.READY if self.status == Status.PAYMENT_DUE else None)
            if self.is_submittable:
                self.tell_people()

    @rule()
    def the_candidate_submits(self) -> None:
        reasons = self.refusals_of(Action.SUBMIT)
        if not reasons and not self.is_submittable:
            reasons = {refusals.NotReadyToSubmit}
        if self.attempt(
            lambda session: applications.submit_application(
                session, self.application_id, story.WILLA, due_on=story.DUE_ON, **self.moment
            ),
            reasons,
        ):
            self.changed(Status.SUBMITTED)
            self.tell(ApplicationSubmitted, self.application_id, self.version)

    @rule(is_sure=st.sampled_from((True, False, False, False, False)))
    def the_candidate_withdraws(self, is_sure: bool) -> None:
        reasons = self.refusals_of(Action.WITHDRAW)
        if (is_sure or reasons) and self.attempt(
            lambda session: applications.withdraw_application(
                session, self.application_id, story.WILLA, now=self.service.now()
            ),
            reasons,
        ):
            self.changed(Status.WITHDRAWN)

    @rule(
        kind=st.sampled_from(list(Kind)),
        is_good=st.sampled_from((True, True, True, False)),
        note=st.sampled_from(("Looked at it.", "")),
    )
    def the_analyst_checks(self, kind: Kind, is_good: bool, note: str) -> None:
        reasons = self.refusals_of(Action.VERIFY if is_good else Action.REJECT)
        checkable = {State.SUBMITTED, State.REJECTED} if is_good else DONE
        is_note_needed = not is_good or (kind == Kind.CHARACTER_AND_FITNESS and self.discloses)
        if not reasons and kind not in GIVEN:
            reasons = {refusals.NotCheckedByAgency}
        elif not reasons and self.elements[kind] not in checkable:
            reasons = {refusals.NothingToCheck}
        elif not reasons and is_note_needed and not note:
            reasons = {refusals.NoteNeeded}
        check = review.verify_element if is_good else review.reject_element
        if self.attempt(
            lambda session: check(session, self.application_id, kind, note, now=self.service.now()),
            reasons,
        ):
            self.changed()
            self.elements[kind] = State.VERIFIED if is_good else State.REJECTED

    @rule(is_sure=st.booleans())
    def the_analyst_returns_it(self, is_sure: bool) -> None:
        reasons = self.refusals_of(Action.GIVE_BACK)
        if (is_sure or reasons) and self.attempt(
            lambda session: review.return_application(
                session, self.application_id, "A page is missing.", now=self.service.now()
            ),
            reasons,
        ):
            self.changed(Status.RETURNED)
            self.tell_people()

    @rule(
        outcome=st.sampled_from(list(ApplicationOutcome)),
        missed=st.sampled_from((0, 0, 0, 1)),
    )
    def the_analyst_decides(self, outcome: ApplicationOutcome, missed: int) -> None:
        is_approval = outcome is ApplicationOutcome.APPROVED
        # An approval needs more than a denial, but only of an application that may be decided.
        reasons = self.refusals_of(Action.DENY)
        if not reasons:
            against = {
                refusals.StaleDecision: missed > 0,
                HoldInForce: self.is_held,
                OrderInForce: is_approval and self.is_bound,
                refusals.NotAllVerified: is_approval
                and not GOOD.issuperset(self.elements.values()),
            }
            reasons = {reason for reason, is_so in against.items() if is_so}
        if self.attempt(
            lambda session: review.decide(
                session,
                self.jurisdiction,
                self.application_id,
                outcome=outcome,
                reasons="The file.",
                seen_version=self.version - missed,
                decided_by="Ana Lyst",
                **self.moment,
            ),
            reasons,
        ):
            self.changed(Status(outcome))
            self.tell(ApplicationDecided, self.application_id, self.version)
            self.tell_people()
            if is_approval:
                [certificate] = self.certificates()
                self.tell(CertificateIssued, certificate.certificate_id, 1)

    @rule(end=st.sampled_from((Status.APPROVED, Status.DENIED, Status.RETURNED)))
    def go_on_to(self, end: Status) -> None:
        """Somebody does what is next."""
        left = [kind for kind in GIVEN if self.elements[kind] not in GOOD]
        if end == Status.WITHDRAWN:
            self.the_candidate_withdraws(True)
        elif self.status in WITH_APPLICANT:
            self.go_on_with_applicant()
        elif self.status == Status.SUBMITTED and left:
            self.the_analyst_checks(left[0], True, "Looked at it.")
        elif self.status == Status.SUBMITTED and end == Status.RETURNED:
            self.the_analyst_returns_it(True)
        elif self.status == Status.SUBMITTED:
            self.the_analyst_decides(ApplicationOutcome(end), 0)

    def go_on_with_applicant(self) -> None:
        left = [kind for kind in Kind if self.elements[kind] not in DONE]
        if not left:
            self.the_candidate_submits()
        elif left[0] in GIVEN:
            self.the_candidate_answers(left[0], True)
        elif left[0] == Kind.PROGRAM_RECOMMENDATION:
            self.the_provider_recommends()
        else:
            self.payments_tells(True)

    @rule()
    def legal_places_or_lifts_a_hold(self) -> None:
        self.hold_version += 1
        facts = {**vars(self.hold), "version": self.hold_version}
        if not self.is_held:
            del facts["placed_on"]
            self.hear(HoldLifted(**facts, lifted_on=self.service.today()))
        else:
            self.hear(type(self.hold)(**facts))

    @rule(is_meant=st.sampled_from((True, False, False, False, False, False)))
    def the_board_orders_a_revocation(self, is_meant: bool) -> None:
        if is_meant and not self.is_bound and self.status != Status.APPROVED:
            self.is_bound = True
            self.hear(story.order(order_id=new_id()))
