"""Where an application must stand after all that was done to it, and what it may never be."""

from uuid import UUID

from hypothesis.stateful import invariant
from sqlalchemy import select

from chassis.problems import Problem
from contracts.certification import ApplicationPaymentOpened
from services.certification.domain.certificate import Certificate
from services.certification.domain.element import ElementKind as Kind
from services.certification.domain.element import ElementState as State
from services.certification.domain.status import ApplicationStatus as Status
from tests.machines.life import Life, Stage
from tests.unit.certification import story
from tests.unit.certification.transitions import OUTCOMES, Action

WITH_APPLICANT = {Status.DRAFT, Status.PAYMENT_DUE, Status.READY, Status.RETURNED}
GIVEN = [Kind.OUT_OF_STATE_LICENSE, Kind.DEGREES, Kind.ASSESSMENTS, Kind.CHARACTER_AND_FITNESS]
GOOD = {State.VERIFIED, State.NOT_REQUIRED}
DONE = GOOD | {State.SUBMITTED}
VERIFIED, HELD = "submitted and verified", "submitted, verified and held"


class ApplicationModel(Life):
    """What the machine knows of the application beside the service."""

    application_id: UUID

    def __init__(self, stage: Stage, begin: str) -> None:
        super().__init__(stage, begin)
        self.status, self.version = Status.DRAFT, 1
        self.elements = dict.fromkeys(Kind, State.NOT_STARTED)
        self.discloses = self.is_payment_open = self.has_invoice = self.is_bound = False
        self.hold = story.hold()
        self.hold_version = 0

    @property
    def is_verified(self) -> bool:
        return self.status == Status.SUBMITTED and GOOD.issuperset(self.elements.values())

    @property
    def is_held(self) -> bool:
        return self.hold_version % 2 == 1

    def refusals_of(self, action: Action) -> set[type[Problem]]:
        """Why this is refused in every application of this state, if it is."""
        refusal = OUTCOMES[action][self.status]
        return {refusal} if refusal else set()

    def changed(self, status: Status | None = None) -> None:
        self.version += 1
        self.status = status or self.status
        self.reach(self.status)

    def payment_may_open(self) -> bool:
        before_payment = [each for kind, each in self.elements.items() if kind != Kind.PAYMENT]
        if self.status != Status.DRAFT or not DONE.issuperset(before_payment):
            return False
        self.is_payment_open = True
        self.changed(Status.PAYMENT_DUE)
        self.tell(ApplicationPaymentOpened, self.application_id, self.version)
        return True

    @property
    def is_submittable(self) -> bool:
        is_done = DONE.issuperset(self.elements.values())
        return is_done and self.status in (Status.READY, Status.RETURNED)

    def certificates(self) -> list[Certificate]:
        with self.service.database.reading() as session:
            return list(session.scalars(select(Certificate)))

    @invariant()
    def it_stands_where_the_rules_have_it(self) -> None:
        if hasattr(self, "application_id"):
            application = story.application_of(self.app, self.application_id)
            assert (application.status, application.version) == (self.status, self.version)
            assert {each.kind: each.state for each in application.elements} == self.elements
            assert application.discloses == self.discloses

    @invariant()
    def only_an_approval_with_everything_verified_issues_a_certificate(self) -> None:
        is_approved = self.status == Status.APPROVED
        assert len(self.certificates()) == is_approved
        assert not is_approved or GOOD.issuperset(self.elements.values())
