"""What legal knows and its rules: complaints, cases with their holds, and final orders."""

from services.legal.domain.base import Base, ImpossibleStep
from services.legal.domain.case import Case
from services.legal.domain.complaint import (
    Complaint,
    ComplaintState,
    ComplaintText,
    Document,
    Evidence,
    Statement,
)
from services.legal.domain.hold import Hold
from services.legal.domain.order import Condition, Order, OrderTerms
from services.legal.domain.people import Educator, Organization
from services.legal.domain.procedure import (
    CLOCK_OF,
    FINISHED,
    TRANSITIONS,
    WORDS,
    BoardDecision,
    CaseState,
    Step,
)
from services.legal.domain.timeline import CaseEntry, Vote

__all__ = [
    "CLOCK_OF",
    "FINISHED",
    "TRANSITIONS",
    "WORDS",
    "Base",
    "BoardDecision",
    "Case",
    "CaseEntry",
    "CaseState",
    "Complaint",
    "ComplaintState",
    "ComplaintText",
    "Condition",
    "Document",
    "Educator",
    "Evidence",
    "Hold",
    "ImpossibleStep",
    "Order",
    "OrderTerms",
    "Organization",
    "Statement",
    "Step",
    "Vote",
]
