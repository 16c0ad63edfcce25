"""What a permission is; each service's stand in the module of its facts.

Which role has which is the state's to say, in its `accounts.toml`.
"""

from enum import StrEnum
from typing import Self


class Holder(StrEnum):
    """Whose roles may have a permission: everybody who registers is an educator."""

    EDUCATOR = "an educator"
    DISTRICT = "a district"
    PROVIDER = "a preparation provider"
    AGENCY = "the agency"


class Permission(StrEnum):
    """Something that a role may do, such as `certification.decide`: `<service>.<what is done>`."""

    meaning: str
    """What it lets one do, in a sentence."""
    holder: Holder
    """Whose roles may have it."""

    def __new__(cls, name: str, meaning: str, holder: Holder = Holder.AGENCY) -> Self:
        """The permission of this name in states' files."""
        permission = str.__new__(cls, name)
        permission._value_ = name
        permission.meaning = meaning
        permission.holder = holder
        return permission


class SuitePermission(Permission):
    """What may be done in every service."""

    SEE_HEALTH = (
        "suite.see-health",
        "See whether a service works, what is waiting, and what failed.",
    )


def all_permissions() -> dict[str, Permission]:
    """The permissions that there are, by the words that stand for them in a state's file."""
    return {str(each): each for kind in Permission.__subclasses__() for each in kind}
