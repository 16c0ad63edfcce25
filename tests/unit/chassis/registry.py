"""A small service of nothing but chassis parts, for tests of the chassis: a registry of orders.

An order is drafted by a program at the API, entered by a person on a page, and announced; every
registry that hears of an entered order writes it on its board.
"""

# flask-smorest's decorators carry no types.
# mypy: disallow-untyped-decorators=False

from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint as ApiBlueprint
from marshmallow import Schema, fields
from sqlalchemy import String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from chassis.app import build_app
from chassis.clock import Clock
from chassis.i18n.text import translatable
from chassis.ids import new_id
from chassis.messaging.outbox import record
from chassis.messaging.reactions import Reactions
from chassis.problems import NotFound, RuleBroken
from chassis.schedule import Schedule
from chassis.security.access import public, requires, signed_in
from chassis.service import Service, current_service
from chassis.storage import audit
from chassis.storage.database import Versioned
from chassis.storage.tables import service_metadata
from chassis.testing import FixedClock, service_of, test_settings, trust_test_key
from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Answer, answer_once
from contracts.legal import LegalPermission, OrderAction, OrderEntered

PAGE = """
{% extends "layout.html" %}
{% block title %}Orders{% endblock %}
{% block content %}{% for order in orders %}<p>{{ order.number }}</p>{% endfor %}{% endblock %}
"""


ILLEGIBLE: set[str] = set()
"""The numbers of orders that no registry can write on its board, until a test mends it."""


class Illegible(Exception):
    """An order cannot be written on the board."""


class Base(DeclarativeBase):
    """The tables of a registry."""

    metadata = service_metadata()


class AlreadyEntered(RuleBroken):
    """An order is entered once."""

    title = translatable("This order is already entered")


class Order(Versioned, Base):
    """A final order, which binds once it is entered."""

    __tablename__ = "final_order"

    order_id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(20))
    educator_id: Mapped[UUID] = mapped_column(default=new_id)
    entered_on: Mapped[date | None]

    def enter(self, on: date) -> OrderEntered:
        """From now on it binds; raises `AlreadyEntered`."""
        if self.entered_on is not None:
            raise AlreadyEntered
        self.entered_on = on
        self.version += 1
        return self.entered()

    def entered(self) -> OrderEntered:
        """The fact that it binds."""
        assert self.entered_on is not None
        return OrderEntered(
            version=self.version,
            order_id=self.order_id,
            order_number=self.number,
            educator_id=self.educator_id,
            action=OrderAction.REVOCATION,
            effective_on=self.entered_on,
            has_conditions=False,
        )


class Posting(Base):
    """An entered order on the board of a registry that heard of it."""

    __tablename__ = "posting"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20))


def draft(session: Session, number: str) -> Order:
    """A new order, not yet entered."""
    order = Order(order_id=new_id(), number=number, educator_id=new_id(), version=1)
    session.add(order)
    session.flush()
    return order


def enter(session: Session, order_id: UUID, today: date) -> None:
    """Enter an order and announce it; raises `NotFound` and `AlreadyEntered`."""
    order = session.get(Order, order_id)
    if order is None:
        raise NotFound(translatable("There is no such order."))
    record(session, order.enter(today))
    audit.record_entry(session, "order entered", order_id, after={"on": today.isoformat()})


class OrderSchema(Schema):
    """What a program sends to draft an order, and gets back."""

    number = fields.String(required=True)
    order_id = fields.UUID(dump_only=True)


class EntryForm(Schema):
    """What a person fills in to enter an order."""

    signature = fields.String(required=True, metadata={"label": "your signature"})


def pages() -> Blueprint:
    """The registry's pages."""
    blueprint = Blueprint("pages", __name__, url_prefix="/registry")

    @blueprint.get("/orders")
    @requires(LegalPermission.HANDLE_CASES)
    def orders() -> ResponseReturnValue:
        with current_service().database.reading() as session:
            listed = session.scalars(select(Order).order_by(Order.number)).all()
        return render_template_string(PAGE, orders=listed)

    @blueprint.get("/mine")
    @signed_in
    def mine() -> ResponseReturnValue:
        return {"orders": []}

    @blueprint.get("/")
    @public
    def home() -> ResponseReturnValue:
        return {"registry": "open"}

    @blueprint.get("/board")
    @public
    def board() -> ResponseReturnValue:
        raise ZeroDivisionError("the secret inside")

    @blueprint.post("/orders/<uuid:order_id>/enter")
    @requires(LegalPermission.HANDLE_CASES)
    def enter_order(order_id: UUID) -> ResponseReturnValue:
        form: Form = read_form(EntryForm(), request.form)
        if form.errors:
            return {"errors": form.errors}, 422
        service = current_service()
        with service.database.transaction() as session:
            enter(session, order_id, service.today())
        return redirect("/registry/orders", 303)

    return blueprint


def api() -> ApiBlueprint:
    """The registry's routes for programs."""
    blueprint = ApiBlueprint("api", __name__, url_prefix="/registry")

    @blueprint.get("/api/orders/<uuid:order_id>")
    @signed_in
    @blueprint.response(200, OrderSchema)
    def show(order_id: UUID) -> Order:
        with current_service().database.reading() as session:
            order = session.get(Order, order_id)
        if order is None:
            raise NotFound(translatable("There is no such order."))
        return order

    @blueprint.post("/api/orders")
    @requires(LegalPermission.HANDLE_CASES)
    @blueprint.arguments(OrderSchema)
    def create(values: dict[str, Any]) -> ResponseReturnValue:
        with current_service().database.transaction() as session:

            def answer() -> Answer:
                return {"order_id": str(draft(session, values["number"]).order_id)}, 201

            return answer_once(session, answer)

    return blueprint


def reactions() -> Reactions:
    """What a registry does when an order was entered anywhere."""
    table = Reactions()

    @table.when(OrderEntered)
    def when_order_entered(session: Session, event: OrderEntered, at: datetime) -> None:
        if event.order_number in ILLEGIBLE:
            raise Illegible(f"nobody can read order {event.order_number}")
        session.merge(Posting(order_id=event.order_id, number=event.order_number))

    return table


def announcements(session: Session) -> list[OrderEntered]:
    """The entered orders, for a new reader."""
    entered = select(Order).where(Order.entered_on.is_not(None))
    return [order.entered() for order in session.scalars(entered)]


def registry(
    folder: Path,
    *,
    name: str = "legal",
    extra_pages: tuple[Blueprint, ...] = (),
    clock: Clock | None = None,
    **environ: str,
) -> Flask:
    """A registry that keeps everything in `folder`, its schema made and the tests' key known."""
    service = Service(
        name=name,
        title="Registry of orders",
        settings=test_settings(name, folder, **environ),
        metadata=Base.metadata,
        reactions=reactions(),
        schedule=Schedule(),
        announce=announcements,
        clock=clock or FixedClock(),
    )
    app = build_app(service, [pages(), *extra_pages], [api()])
    folder.mkdir(parents=True, exist_ok=True)
    Base.metadata.create_all(service.database.engine)
    trust_test_key(service)
    return app


def drafted(app: Flask, number: str = "2026-01") -> UUID:
    """The id of a new order."""
    with service_of(app).database.transaction() as session:
        return draft(session, number).order_id


def board_of(app: Flask) -> list[str]:
    """The numbers on a registry's board."""
    with service_of(app).database.reading() as session:
        return list(session.scalars(select(Posting.number).order_by(Posting.number)))
