"""What the nouns of legal share: the tables' base, and the refusal of an impossible step."""

from sqlalchemy.orm import DeclarativeBase

from chassis.i18n.text import translatable
from chassis.problems import RuleBroken
from chassis.storage.tables import service_metadata


class Base(DeclarativeBase):
    """The tables of the legal service."""

    metadata = service_metadata()


class ImpossibleStep(RuleBroken):
    """A complaint or case is in a state from which this step does not lead on."""

    title = translatable("This step is not possible now")
