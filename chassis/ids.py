"""Creates identifiers that sort by creation time (UUID version 7, RFC 9562 §5.7)."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A new identifier: 48 bits of milliseconds, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    number = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    number = (number & ~(0xF000 << 64)) | (0x7000 << 64)
    number = (number & ~(0xC000 << 48)) | (0x8000 << 48)
    return UUID(int=number)
