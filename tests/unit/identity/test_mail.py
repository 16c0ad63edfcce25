"""Mail: how a message is built, and how it is left in a folder and found there."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID

import pytest

from services.identity.adapters.mail import FolderDeliverer, InvalidAddress, Mail, MailNotFound

NOW = datetime(2026, 8, 3, 14, 30, tzinfo=UTC)
NOTICE = UUID("0190a1b2-0000-7000-8000-000000000001")
LATER_NOTICE = UUID("0190a1b3-0000-7000-8000-000000000001")
SENDER = "no-reply@credentials.example.gov"
MAIL = Mail("rebecca@example.org", "Confirm your email address", "Grüße — follow the link.\n")


@pytest.fixture
def folder(tmp_path: Path) -> FolderDeliverer:
    return FolderDeliverer(tmp_path / "mail", SENDER)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "rebecca",
        "rebecca@",
        "@example.org",
        "rebecca@example.org, daniel@example.org",
        "Rebecca <rebecca@example.org>",
        "rebecca@example.org\nBcc: everybody@example.org",
        "rebecca@example.org\r\n",
        "re becca@example.org",
        "rébecca@example.org",
        "rebecca@exämple.org",
    ],
)
def test_anything_but_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidAddress):
        Mail(address, "Subject", "Text")


def test_a_delivered_mail_is_read_back_from_the_folder(folder: FolderDeliverer) -> None:
    folder.deliver(MAIL, notice_id=NOTICE, now=NOW)
    [mail] = folder.list_mail()
    assert mail == folder.read_mail(f"{NOTICE}.eml")
    assert (mail.to, mail.subject, mail.sent_at) == (MAIL.to, MAIL.subject, NOW)
    assert mail.text == "Grüße — follow the link.\n"


def test_the_file_is_a_mail_that_any_program_can_open(
    folder: FolderDeliverer, tmp_path: Path
) -> None:
    folder.deliver(MAIL, notice_id=NOTICE, now=NOW)
    content = (tmp_path / "mail" / f"{NOTICE}.eml").read_bytes()
    message = message_from_bytes(content, policy=policy.default)
    assert message["From"] == SENDER
    assert message["Message-ID"] == f"<{NOTICE}@credentials.example.gov>"
    assert message["Date"] == "Mon, 03 Aug 2026 14:30:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"


def test_the_same_notice_delivered_twice_is_one_mail(folder: FolderDeliverer) -> None:
    folder.deliver(MAIL, notice_id=NOTICE, now=NOW)
    folder.deliver(MAIL, notice_id=NOTICE, now=NOW + timedelta(minutes=1))
    assert len(folder.list_mail()) == 1


def test_the_newest_mail_is_listed_first(folder: FolderDeliverer) -> None:
    folder.deliver(MAIL, notice_id=LATER_NOTICE, now=NOW)
    folder.deliver(MAIL, notice_id=NOTICE, now=NOW)
    names = [mail.name for mail in folder.list_mail()]
    assert names == [f"{LATER_NOTICE}.eml", f"{NOTICE}.eml"]


def test_a_text_is_not_printed_with_its_mail(folder: FolderDeliverer) -> None:
    folder.deliver(MAIL, notice_id=NOTICE, now=NOW)
    printed = f"{MAIL!r} {folder.list_mail()!r}"
    assert MAIL.subject in printed
    assert "follow the link" not in printed


def test_an_empty_or_absent_folder_lists_nothing(folder: FolderDeliverer) -> None:
    assert folder.list_mail() == []


def test_what_is_not_a_delivered_mail_is_not_listed(
    folder: FolderDeliverer, tmp_path: Path
) -> None:
    folder.deliver(MAIL, notice_id=NOTICE, now=NOW)
    (tmp_path / "mail" / ".half-written").write_text("From: nobody")
    (tmp_path / "mail" / "notes.eml").write_text("no mail at all")
    assert [mail.name for mail in folder.list_mail()] == [f"{NOTICE}.eml"]


@pytest.mark.parametrize(
    "name",
    [
        "../secret.eml",
        f"../{NOTICE}.eml",
        f"{NOTICE}.eml/../../secret.eml",
        "/etc/passwd",
        f"{NOTICE}.eml\n",
        f"{NOTICE}",
        f"{LATER_NOTICE}.eml",
        "",
        ".",
        "\0",
    ],
)
def test_only_a_mail_of_the_folder_can_be_read(
    folder: FolderDeliverer, tmp_path: Path, name: str
) -> None:
    folder.deliver(MAIL, notice_id=NOTICE, now=NOW)
    for outside in ("secret.eml", f"{NOTICE}.eml"):
        (tmp_path / outside).write_text("Subject: outside\n\n")
    with pytest.raises(MailNotFound):
        folder.read_mail(name)


def test_mail_can_be_read_by_its_owner_only(folder: FolderDeliverer, tmp_path: Path) -> None:
    folder.deliver(MAIL, notice_id=NOTICE, now=NOW)
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0
    assert (tmp_path / "mail" / f"{NOTICE}.eml").stat().st_mode & 0o077 == 0


def test_a_line_break_in_a_subject_smuggles_no_header_in(folder: FolderDeliverer) -> None:
    mail = Mail("rebecca@example.org", "Hello\r\nBcc: everybody@example.org", "Text")
    with pytest.raises(ValueError, match="linefeed"):
        folder.deliver(mail, notice_id=NOTICE, now=NOW)
    assert folder.list_mail() == []


def test_a_mail_with_html_keeps_its_plain_text(folder: FolderDeliverer, tmp_path: Path) -> None:
    mail = Mail("rebecca@example.org", "Hello", "Plain.\n", html="<p>Rich.</p>")
    folder.deliver(mail, notice_id=NOTICE, now=NOW)
    assert folder.read_mail(f"{NOTICE}.eml").text == "Plain.\n"
    content = (tmp_path / "mail" / f"{NOTICE}.eml").read_bytes()
    assert [part.get_content_type() for part in message_from_bytes(content).walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
