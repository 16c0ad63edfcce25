"""HTTP schemas: form input and API responses."""

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.i18n.language import LANGUAGES
from chassis.i18n.text import translatable
from chassis.names.keys import search_key
from chassis.web.forms import MemorableDate
from contracts.identity import OrganizationKind, Role
from services.identity.adapters.mail import InvalidAddress, address_of
from services.identity.adapters.vault import parse_ssn
from services.identity.domain.account import GRANTED_AT
from services.identity.domain.password_rule import MAXIMUM_LENGTH
from services.identity.domain.ssn import InvalidSsn, SocialSecurityNumber

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]*")


def _check_name(text: str) -> None:
    if not search_key(text) or not text.isprintable():
        raise ValidationError(translatable("Enter the name in letters."))


def _check_username(text: str) -> None:
    if not _USERNAME.fullmatch(text):
        raise ValidationError(
            translatable(
                "Use only letters, digits and . _ @ + - in the username, and start with a "
                "letter or digit."
            )
        )


def _check_email(text: str) -> None:
    try:
        address_of(text)
    except InvalidAddress as error:
        raise ValidationError(str(error)) from error


_CHECKED_NAME = (validate.Length(max=60), _check_name)


class _Ssn(fields.Field[SocialSecurityNumber]):
    """A whole Social Security number, with or without its dashes."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> SocialSecurityNumber:
        try:
            return parse_ssn(str(value))
        except InvalidSsn as error:
            raise ValidationError(str(error)) from error


class SearchForm(Schema):
    """What a person enters to find their record; who has one name enters it as the last name."""

    first_name = fields.String(
        load_default="",
        validate=_CHECKED_NAME,
        metadata={"label": translatable("your first name")},
    )
    last_name = fields.String(
        required=True,
        validate=_CHECKED_NAME,
        metadata={"label": translatable("your last name")},
    )
    ssn_last_four = fields.String(
        required=True,
        validate=validate.Regexp(
            r"[0-9]{4}\Z",
            error=translatable("Enter the last four digits of your Social Security number."),
        ),
        metadata={"label": translatable("the last four digits of your Social Security number")},
    )
    birth_date = MemorableDate(
        required=True, metadata={"label": translatable("your date of birth")}
    )


class AccountForm(Schema):
    """The credentials of a new account."""

    username = fields.String(
        required=True,
        validate=[validate.Length(min=3, max=60), _check_username],
        metadata={"label": translatable("a username")},
    )
    email = fields.String(
        required=True,
        validate=[validate.Length(max=254), _check_email],
        metadata={"label": translatable("your email address")},
    )
    password = fields.String(
        required=True, metadata={"label": translatable("a password"), "verbatim": True}
    )
    password_again = fields.String(
        required=True, metadata={"label": translatable("the password again"), "verbatim": True}
    )

    @validates_schema
    def check_password(self, values: dict[str, Any], **_: Any) -> None:
        """Both entries must be the same."""
        if values.get("password") != values.get("password_again"):
            raise ValidationError(
                translatable("The two passwords are not the same."), "password_again"
            )


class NewPersonForm(AccountForm):
    """The account of a person who is not on file, with the other fields of their record."""

    middle_name = fields.String(
        load_default=None,
        validate=[validate.Length(max=60), _check_name],
        metadata={"label": translatable("the middle name")},
    )
    suffix = fields.String(
        load_default=None,
        validate=[validate.Length(max=20), _check_name],
        metadata={"label": translatable("the suffix")},
    )
    ssn = _Ssn(required=True, metadata={"label": translatable("your Social Security number")})


class SignInForm(Schema):
    """A sign-in."""

    username = fields.String(
        required=True,
        validate=validate.Length(max=200),
        metadata={"label": translatable("your username")},
    )
    password = fields.String(
        required=True,
        # New passwords are limited to half of this; a longer one cannot match.
        validate=validate.Length(max=2 * MAXIMUM_LENGTH),
        metadata={"label": translatable("your password"), "verbatim": True},
    )


class ProviderForm(Schema):
    """A new educator preparation provider."""

    name = fields.String(
        required=True,
        validate=[validate.Length(max=200), _check_name],
        metadata={"label": translatable("the provider's name")},
    )
    state_number = fields.String(
        required=True,
        validate=[validate.Length(max=30), _check_username],
        metadata={"label": translatable("the provider's state number")},
    )


class RoleForm(Schema):
    """A role to grant, and the name or state number of the organization."""

    role = fields.Enum(Role, by_value=True, required=True, metadata={"label": "a role"})
    organization = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"label": translatable("the organization")},
    )

    @validates_schema
    def check_place(self, values: dict[str, Any], **_: Any) -> None:
        """A role outside the agency needs an organization."""
        kind = GRANTED_AT.get(values["role"])
        if kind is None:
            raise ValidationError(
                translatable("This role cannot be granted; it comes with the person's own record."),
                "role",
            )
        if kind != OrganizationKind.AGENCY and not values["organization"]:
            raise ValidationError(
                translatable(
                    "Enter the name or number of the organization where the role is held."
                ),
                "organization",
            )


class HolderForm(Schema):
    """Whose a staff account is."""

    holder = fields.String(
        required=True,
        validate=validate.OneOf(("record", "no_record")),
        metadata={"label": translatable("whether the person has a record")},
    )
    educator_number = fields.String(
        load_default=None,
        validate=validate.Length(max=20),
        metadata={"label": translatable("the person's educator number")},
    )
    same_person = fields.Boolean(load_default=False)

    @validates_schema
    def check_number(self, values: dict[str, Any], **_: Any) -> None:
        """A record has a number."""
        if values.get("holder") == "record" and not values["educator_number"]:
            raise ValidationError(
                translatable("Enter the number of the person's record."), "educator_number"
            )


class LanguageForm(Schema):
    """The language of one's mail."""

    language = fields.String(
        required=True,
        validate=validate.OneOf(LANGUAGES),
        metadata={"label": translatable("a language")},
    )


class ReasonForm(Schema):
    """Why somebody needs to see a Social Security number."""

    reason = fields.String(
        required=True,
        validate=validate.Length(min=5, max=200),
        metadata={"label": translatable("what you need the number for")},
    )


class KeySchema(Schema):
    """A key that verifies tokens (RFC 7517)."""

    kty = fields.String(required=True)
    crv = fields.String(required=True)
    use = fields.String(required=True)
    alg = fields.String(required=True)
    kid = fields.String(required=True)
    x = fields.String(required=True)
    y = fields.String(required=True)


class SessionSchema(Schema):
    """The time left in the session."""

    seconds = fields.Integer(required=True)


class KeySetSchema(Schema):
    """The keys that verify tokens."""

    keys = fields.List(fields.Nested(KeySchema), required=True)
