"""Settings of the lookup service only."""

from typing import Any

from chassis.kinds import WEB_ADDRESS
from chassis.settings import Setting

PEER_URL = Setting(
    "PEER_URL",
    "where a new replica finds another one's web, for a copy to begin with",
    WEB_ADDRESS,
    "",
)
SETTINGS: tuple[Setting[Any], ...] = (PEER_URL,)
