"""The courier: a thread in the worker process that sends queued mail."""

import threading
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from chassis.observability.logging import log
from chassis.service import Service
from services.identity.adapters.mail import Deliverer, Mail
from services.identity.adapters.resources import deliverer_from
from services.identity.domain.mail import OutgoingMail

IDLE_SECONDS = 0.5
_BATCH = 50


def carry_mail(service: Service, stopping: threading.Event) -> None:
    """Send queued mail until `stopping` is set."""
    deliverer = deliverer_from(service.settings)
    while not stopping.is_set():
        try:
            tried = send_waiting(service, deliverer)
        except Exception:  # the database may be down briefly; the mail stays queued
            log.exception("courier failed, trying again")
            tried = 0
        if not tried:
            stopping.wait(IDLE_SECONDS)


def send_waiting(service: Service, deliverer: Deliverer) -> int:
    """Try each due mail once; returns how many were tried."""
    now = service.now()
    with service.database.reading() as session:
        due = session.scalars(
            select(OutgoingMail.mail_id)
            .where(OutgoingMail.next_try_at <= now, OutgoingMail.sent_at.is_(None))
            .order_by(OutgoingMail.mail_id)
            .limit(_BATCH)
        ).all()
    for mail_id in due:
        _send(service, deliverer, mail_id, now)
    return len(due)


def _send(service: Service, deliverer: Deliverer, mail_id: UUID, now: datetime) -> None:
    """Send one mail; the attempt is counted first, so that no lock is held during delivery.

    If the process dies in between, the mail is sent again later with the same Message-ID.
    """
    with service.database.transaction() as session:
        mail = session.get_one(OutgoingMail, mail_id, with_for_update=True)
        if mail.next_try_at is None or mail.next_try_at > now:
            return
        mail.begin_try(now)
    failure = _failure_to_deliver(deliverer, mail, now)
    with service.database.transaction() as session:
        tried = session.get_one(OutgoingMail, mail_id, with_for_update=True)
        if failure is None:
            tried.mark_sent(now)
        else:
            tried.record_failure(failure)
    if failure is None:
        log.info("mail sent", mail_id=str(mail_id))
    else:
        log.warning(
            "mail not sent",
            mail_id=str(mail_id),
            error=failure,
            next_try_at=str(mail.next_try_at or "never"),
        )


def _failure_to_deliver(deliverer: Deliverer, mail: OutgoingMail, now: datetime) -> str | None:
    try:
        deliverer.deliver(
            Mail(to=mail.recipient, subject=mail.subject, text=mail.text),
            notice_id=mail.mail_id,
            now=now,
        )
    except Exception as error:  # one failing delivery must not stop the others
        return f"{type(error).__name__}: {error}"
    return None
