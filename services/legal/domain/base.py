"""Shared by legal's domain: the base of the tables, and the refusal of an impossible step."""

from sqlalchemy.orm import DeclarativeBase

from chassis.i18n.text import translatable
from chassis.problems import RuleBroken
from chassis.storage.tables import service_metadata


class Base(DeclarativeBase):
    """The tables of the legal service."""

    metadata = service_metadata()


class ImpossibleStep(RuleBroken):
    """The step is not allowed in the state of the complaint or case."""

    title = translatable("This step is not possible now")
