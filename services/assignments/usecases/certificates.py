"""Loads the certificates by which assignments are judged."""

import json
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, select
from sqlalchemy.orm import Session

from services.assignments.domain.judging import HeldCertificate
from services.assignments.domain.replicas import Certificate, authorizations_from, restrictions_from
from services.assignments.domain.report import Assignment, StaffMember

Parsed = TypeVar("Parsed")


def held_certificates(
    session: Session, chosen: ColumnElement[bool]
) -> dict[UUID, list[HeldCertificate]]:
    """The certificates of everybody who teaches the chosen assignments, by educator."""
    educators = (
        select(StaffMember.educator_id)
        .join(Assignment, Assignment.staff_id == StaffMember.staff_id)
        .where(chosen, StaffMember.educator_id.is_not(None))
    )
    rows = session.execute(
        select(
            Certificate.educator_id,
            Certificate.certificate_id,
            Certificate.certificate_number,
            Certificate.effective_on,
            Certificate.expires_on,
            cast(Certificate.authorizations, Text),
            cast(Certificate.restrictions, Text),
        )
        .where(Certificate.educator_id.in_(educators))
        .order_by(Certificate.certificate_number)
    )
    authorizations, restrictions = _reader(authorizations_from), _reader(restrictions_from)
    by_educator: dict[UUID, list[HeldCertificate]] = defaultdict(list)
    for (
        educator_id,
        certificate_id,
        number,
        effective_on,
        expires_on,
        authorizations_text,
        restrictions_text,
    ) in rows:
        by_educator[educator_id].append(
            HeldCertificate(
                certificate_id=certificate_id,
                number=number,
                effective_on=effective_on,
                expires_on=expires_on,
                authorizations=authorizations(authorizations_text),
                restrictions=restrictions(restrictions_text),
            )
        )
    return by_educator


def _reader(read: Callable[[list[dict[str, Any]]], Parsed]) -> Callable[[str], Parsed]:
    """Parses stored JSON, each distinct text once: most certificates authorize the same."""
    return cache(lambda text: read(json.loads(text)))
