"""The longest name that may be entered is held by every service, on PostgreSQL and SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.service import Service
from chassis.testing import prepare, service_of, test_settings
from contracts.identity import PersonRecorded
from services.identity.app import create_app
from services.identity.domain.account import Account
from services.identity.domain.person import Person
from chassis.clock import utc_now
