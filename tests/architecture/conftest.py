"""What tests of the architecture share: a small suite on paper, in which nothing is wrong."""

from pathlib import Path

import pytest

FILES = {
    "contracts/__init__.py": '"""Facts."""\n',
    "contracts/library.py": '"""Facts."""\nimport json\nfrom msgspec import Struct\n',
    "chassis/__init__.py": '"""The chassis."""\n',
    "chassis/clock.py": '"""The clock."""\n',
    "chassis/i18n/text.py": '"""Texts."""\n',
    "chassis/messaging/__init__.py": '"""Messaging."""\n',
    "chassis/messaging/inbox.py": '"""The inbox."""\nfrom chassis.messaging import outbox\n',
    "chassis/messaging/outbox.py": '"""The outbox."""\nfrom chassis import clock\n',
    "chassis/settings.py": '"""Settings."""\nimport os\nHOME = os.environ["HOME"]\n',
    "chassis/service.py": '"""A service."""\nimport flask\nfrom contracts import library\n',
    "services/__init__.py": '"""The services."""\n',
    "services/__main__.py": (
        '"""The suite."""\nimport os\nfrom services.library.app import create_app\n'
        'from services.lending import app\nPORT = os.environ.get("PORT")\n'
    ),
    "services/demonstration/__init__.py": '"""Data."""\n',
    "services/demonstration/scene.py": '"""Data."""\nfrom services.library import usecases\n',
    "services/library/__init__.py": '"""Books."""\n',
    "services/library/app.py": '"""All."""\nfrom services.library import pages, reactions\n',
    "services/library/pages.py": (
        '"""Pages."""\nimport flask\nfrom services.library import queries, usecases\n'
        "from services.library.checkout import lend\n"
    ),
    "services/library/reactions.py": '"""When."""\nfrom services.library import usecases\n',
    "services/library/usecases.py": (
        '"""Use cases."""\nfrom sqlalchemy import select\nfrom sqlalchemy.orm import Session\n'
        "from chassis import service\nfrom services.library.domain.book import Book\n"
    ),
    "services/library/queries.py": '"""Selects."""\nfrom .domain import book\n',
    "services/library/domain/__init__.py": '"""Rules."""\n',
    "services/library/domain/book.py": (
        '"""Books."""\nfrom datetime import datetime\nfrom sqlalchemy.orm import Mapped\n'
        "from chassis.i18n.text import translatable\n"
        "from services.library.jurisdiction import Rules\n"
    ),
    "services/library/jurisdiction.py": '"""Rules."""\nimport re\n',
    "services/library/numbers.py": '"""Call numbers."""\n',
    "services/library/checkout.py": '"""Lending."""\nfrom services.library import usecases\n',
    "services/guild/__init__.py": '"""A large service."""\n',
    "services/guild/app.py": '"""All."""\nfrom services.guild.members import pages\n',
    "services/guild/dues/__init__.py": '"""Dues."""\n',
    "services/guild/dues/domain.py": '"""Rules."""\nfrom dataclasses import dataclass\n',
    "services/guild/dues/usecases.py": '"""Acts."""\nfrom services.guild.dues import domain\n',
    "services/guild/members/__init__.py": '"""Members."""\n',
    "services/guild/members/domain/__init__.py": '"""Rules."""\n',
    "services/guild/members/domain/member.py": (
        '"""A member."""\nfrom services.guild.dues.domain import dataclass\n'
    ),
    "services/guild/members/usecases.py": (
        '"""Acts."""\nfrom services.guild.dues import usecases\n'
        "from services.guild.members.domain import member\n"
    ),
    "services/guild/members/pages.py": (
        '"""Pages."""\nfrom services.guild.members import usecases\n'
    ),
    "services/lending/__init__.py": '"""Loans."""\n',
    "services/lending/app.py": '"""All."""\nfrom chassis.service import flask\n',
}


@pytest.fixture
def paper_suite(tmp_path: Path) -> Path:
    """A small suite, in which nothing is wrong."""
    for place, text in FILES.items():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path
