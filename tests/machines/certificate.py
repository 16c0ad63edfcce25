"""The life of a certificate: what orders do to it, on any day, whatever order they arrive in."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from contracts.certification import (
    CertificateFact,
    CertificateIssued,
    CertificateReinstated,
    CertificateRevoked,
    CertificateStatus,
    CertificateSurrendered,
    CertificateSuspended,
)
from contracts.legal import OrderAction, OrderEnded, OrderEntered
from services.certification.domain.certificate import Certificate, NoCopyIssued
from tests.machines.life import Life, Stage
from tests.unit.certification import story

BEGINS = {
    "KY-2020-0000001": (date(2020, 7, 1), date(2026, 12, 31)),
    "KY-2024-0000002": (date(2024, 7, 1), date(2029, 6, 30)),
    "KY-2026-0000003": (date(2026, 7, 1), date(2031, 6, 30)),
}
REVOKED = "revoked today"
DAY = timedelta(days=1)
FACTS: Mapping[OrderAction, type[CertificateFact]] = {
    OrderAction.SUSPENSION: CertificateSuspended,
    OrderAction.SURRENDER: CertificateSurrendered,
    OrderAction.REVOCATION: CertificateRevoked,
}
FIRST_DAYS = st.integers(-900, 900).map(lambda days: story.TODAY + days * DAY)


class CertificateLife(Life):
    """The certificates of one educator, and the orders that legal tells of."""

    begins = (*BEGINS, REVOKED)

    def __init__(self, stage: Stage, begin: str) -> None:
        super().__init__(stage, begin)
        self.held: dict[str, UUID] = {}
        self.versions: dict[str, int] = {}
        self.orders: dict[UUID, OrderEntered | OrderEnded] = {}

    @initialize()
    def the_first_is_taken_over(self) -> None:
        if self.begin != REVOKED:
            self.a_certificate_is_taken_over(self.begin)
            return
        self.a_certificate_is_taken_over("KY-2024-0000002")
        self.take(story.order(OrderAction.REVOCATION))

    @rule(number=st.sampled_from(list(BEGINS)))
    def a_certificate_is_taken_over(self, number: str) -> None:
        effective_on, expires_on = BEGINS[number]
        certificate = story.legacy_certificate(self.app, number, effective_on, expires_on)
        if number not in self.held:
            self.held[number] = certificate.certificate_id
            self.versions[number] = 1
            self.tell(CertificateIssued, certificate.certificate_id, 1)

    @rule(
        action=st.sampled_from(list(OrderAction)),
        effective_on=FIRST_DAYS,
        days=st.one_of(st.none(), st.integers(0, 700)),
    )
    def legal_enters_an_order(
        self, action: OrderAction, effective_on: date, days: int | None
    ) -> None:
        is_suspension = action is OrderAction.SUSPENSION
        ends_on = effective_on + days * DAY if is_suspension and days is not None else None
        self.take(story.order(action, effective_on, ends_on))

    @rule(which=st.integers(0, 9), days=st.integers(0, 700))
    def legal_ends_an_order(self, which: int, days: int) -> None:
        """Also one that does not end: a revocation or a surrender."""
        if entered := self.choose(which):
            self.take(story.ended(entered, entered.effective_on + days * DAY))

    @rule(which=st.integers(0, 9))
    def an_order_is_heard_of_again(self, which: int) -> None:
        if entered := self.choose(which):
            self.hear(entered)

    @rule(days=st.integers(1, 400))
    def days_pass(self, days: int) -> None:
        self.stage.clock.move(days=days)

    def choose(self, which: int) -> OrderEntered | None:
        """An order as it was first entered."""
        if not self.orders:
            return None
        newest = list(self.orders.values())[which % len(self.orders)]
        names = set(OrderEntered.marks())
        facts = {name: value for name, value in vars(newest).items() if name in names}
        return OrderEntered(**{**facts, "version": 1})

    def take(self, order: OrderEntered | OrderEnded) -> None:
        known = self.orders.get(order.order_id)
        self.hear(order)
        if known is not None and known.version >= order.version:
            return
        self.orders[order.order_id] = order
        last_day = self.last_day_of(order)
        for number in sorted(self.held):
            if known is not None and self.is_bound(number, known):
                pass
            elif last_day is not None and last_day < BEGINS[number][0]:
                continue
            self.versions[number] += 1
            ends = isinstance(order, OrderEnded) and order.action is OrderAction.SUSPENSION
            fact = CertificateReinstated if ends else FACTS[order.action]
            self.tell(fact, self.held[number], self.versions[number])

    def is_bound(self, number: str, order: OrderEntered | OrderEnded) -> bool:
        last_day = self.last_day_of(order)
        return last_day is None or last_day >= BEGINS[number][0]

    def last_day_of(self, order: OrderEntered | OrderEnded) -> date | None:
        """The last day on which it binds; nothing but a suspension has one."""
        if order.action is not OrderAction.SUSPENSION:
            return None
        return order.ended_on if isinstance(order, OrderEnded) else order.ends_on

    def in_force(self, day: date) -> set[OrderAction]:
        return {
            order.action
            for order in self.orders.values()
            if order.effective_on <= day <= (self.last_day_of(order) or date.max)
        }

    def status_on(self, number: str, day: date) -> CertificateStatus:
        """What the certificate must be worth on a day."""
        orders = self.in_force(day)
        for action, status in (
            (OrderAction.REVOCATION, CertificateStatus.REVOKED),
            (OrderAction.SURRENDER, CertificateStatus.SURRENDERED),
            (OrderAction.SUSPENSION, CertificateStatus.SUSPENDED),
        ):
            if action in orders:
                return status
        effective_on, expires_on = BEGINS[number]
        if day < effective_on:
            return CertificateStatus.NOT_YET_EFFECTIVE
        return CertificateStatus.EXPIRED if day > expires_on else CertificateStatus.ACTIVE

    def days(self) -> set[date]:
        """Every day on which something may change, and those beside it."""
        edges = {self.service.today(), date(1990, 1, 1), date(2090, 1, 1)}
        for order in self.orders.values():
            edges |= {order.effective_on, self.last_day_of(order) or order.effective_on}
        for first, last in BEGINS.values():
            edges |= {first, last}
        return {day + beside * DAY for day in edges for beside in (-1, 0, 1)}

    def certificates(self) -> dict[str, Certificate]:
        return {number: story.certificate_of(self.app, held) for number, held in self.held.items()}

    @invariant()
    def each_is_worth_what_the_orders_leave_of_it_on_any_day(self) -> None:
        for number, certificate in self.certificates().items():
            assert certificate.version == self.versions[number]
            for day in self.days():
                self.reach(certificate.status_on(day))
                assert certificate.status_on(day) == self.status_on(number, day), day

    @invariant()
    def what_was_revoked_is_never_good_again(self) -> None:
        revoked_on = [
            order.effective_on
            for order in self.orders.values()
            if order.action is OrderAction.REVOCATION
        ]
        if not revoked_on:
            return
        for certificate in self.certificates().values():
            for day in self.days():
                if day >= min(revoked_on):
                    assert certificate.status_on(day) == CertificateStatus.REVOKED

    @invariant()
    def no_copy_is_given_out_of_what_was_taken_away(self) -> None:
        taken = {CertificateStatus.REVOKED, CertificateStatus.SURRENDERED}
        for number, certificate in self.certificates().items():
            try:
                certificate.refuse_copy_if_taken_away(self.service.today())
                is_given_out = True
            except NoCopyIssued:
                is_given_out = False
            assert is_given_out == (self.status_on(number, self.service.today()) not in taken)
