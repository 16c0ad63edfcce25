"""The obvious build: Flask, SQLAlchemy's ORM and marshmallow on PostgreSQL."""

import os
from datetime import date
from typing import Any

from flask import Flask, abort, jsonify
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    selectinload,
)

app = Flask(__name__)
engine = create_engine(os.environ["BENCH_DATABASE"].replace("postgresql:", "postgresql+psycopg:"))


class Base(DeclarativeBase):
    """The mapped tables."""


class Certificate(Base):
    """One certificate."""

    __tablename__ = "certificate"

    certificate_number: Mapped[str] = mapped_column(primary_key=True)
    number_key: Mapped[str] = mapped_column(ForeignKey("person.number_key"))
    holder_name: Mapped[str]
    title: Mapped[str]
    type: Mapped[str]
    authorizations: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    rank: Mapped[str | None]
    issued_on: Mapped[date]
    effective_on: Mapped[date]
    expires_on: Mapped[date | None]
    status: Mapped[str]
    status_text: Mapped[str]
    notices: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class Person(Base):
    """One educator with all certificates."""

    __tablename__ = "person"

    number_key: Mapped[str] = mapped_column(primary_key=True)
    educator_number: Mapped[str]
    name: Mapped[str]
    former_last_names: Mapped[list[str]] = mapped_column(JSONB)
    certificates: Mapped[list[Certificate]] = relationship(order_by=Certificate.issued_on.desc())


class AuthorizationSchema(Schema):
    """What a certificate authorizes."""

    code = fields.String()
    title = fields.String()
    grades = fields.String()
    lowest_grade = fields.Integer()
    highest_grade = fields.Integer()
    population = fields.String()


class NoticeSchema(Schema):
    """An order in force."""

    kind = fields.String()
    text = fields.String()
    effective_on = fields.String()
    ends_on = fields.String(allow_none=True)


class CertificateSchema(Schema):
    """A certificate's document."""

    certificate_number = fields.String()
    holder_name = fields.String()
    title = fields.String()
    type = fields.String()
    authorizations = fields.List(fields.Nested(AuthorizationSchema))
    rank = fields.String(allow_none=True)
    issued_on = fields.Date()
    effective_on = fields.Date()
    expires_on = fields.Date(allow_none=True)
    status = fields.String()
    status_text = fields.String()
    notices = fields.List(fields.Nested(NoticeSchema))


class PersonSchema(Schema):
    """An educator's document."""

    educator_number = fields.String()
    name = fields.String()
    former_last_names = fields.List(fields.String())
    certificates = fields.List(fields.Nested(CertificateSchema))


schema = PersonSchema()


@app.get("/lookup/api/educators/<number>")
def show_educator(number: str) -> ResponseReturnValue:
    """One educator's document."""
    chosen = select(Person).where(Person.number_key == number)
    with Session(engine) as session:
        person = session.scalar(chosen.options(selectinload(Person.certificates)))
        if person is None:
            abort(404)
        return jsonify(schema.dump(person))
