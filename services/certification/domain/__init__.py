"""What certification knows and its rules, a file per noun; importing it maps every table."""

from services.certification.domain.application import Application
from services.certification.domain.base import Base
from services.certification.domain.certificate import Certificate
from services.certification.domain.element import Element
from services.certification.domain.known import Educator, FinalOrder, Hold, Provider
from services.certification.domain.program import ProgramAdmission

__all__ = [
    "Application",
    "Base",
    "Certificate",
    "Educator",
    "Element",
    "FinalOrder",
    "Hold",
    "ProgramAdmission",
    "Provider",
]
