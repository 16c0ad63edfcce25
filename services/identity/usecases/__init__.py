"""What identity does, each in one transaction that its caller opens."""

from services.identity.usecases.accounts import (
    create_staff_account,
    find_account_by_username,
    get_account,
    get_account_by_username,
    grant_role,
    withdraw_role,
)
from services.identity.usecases.confirmation import (
    UnknownLink,
    confirm_address,
    find_confirmation,
    send_confirmation,
)
from services.identity.usecases.keys import (
    ensure_signing_key,
    retire_keys,
    rewrap_numbers,
    rotate_keys,
)
from services.identity.usecases.limits import begin_attempt, forgive, use_challenge
from services.identity.usecases.notices import write_notice
from services.identity.usecases.organizations import (
    OrganizationsImported,
    add_organization,
    ensure_agency,
    get_organization,
    get_organization_by_number,
    import_organizations,
)
from services.identity.usecases.password_reset import (
    ResetLinkSpent,
    get_account_to_reset,
    reset_password,
    send_sign_in_help,
)
from services.identity.usecases.persons import (
    PersonsImported,
    get_person,
    import_persons,
    reveal_ssn,
)
from services.identity.usecases.registration import (
    NewAccount,
    SsnOnFile,
    find_registration,
    get_registration,
    open_account,
    refuse_taken_names,
    search_record,
)
from services.identity.usecases.sessions import (
    end_all_sessions,
    end_session,
    end_session_by_token,
    note_seen,
    start_session,
)
from services.identity.usecases.withdrawal import withdraw_unconfirmed

__all__ = [
    "NewAccount",
    "OrganizationsImported",
    "PersonsImported",
    "ResetLinkSpent",
    "SsnOnFile",
    "UnknownLink",
    "add_organization",
    "begin_attempt",
    "confirm_address",
    "create_staff_account",
    "end_all_sessions",
    "end_session",
    "end_session_by_token",
    "ensure_agency",
    "ensure_signing_key",
    "find_account_by_username",
    "find_confirmation",
    "find_registration",
    "forgive",
    "get_account",
    "get_account_by_username",
    "get_account_to_reset",
    "get_organization",
    "get_organization_by_number",
    "get_person",
    "get_registration",
    "grant_role",
    "import_organizations",
    "import_persons",
    "note_seen",
    "open_account",
    "refuse_taken_names",
    "reset_password",
    "retire_keys",
    "reveal_ssn",
    "rewrap_numbers",
    "rotate_keys",
    "search_record",
    "send_confirmation",
    "send_sign_in_help",
    "start_session",
    "use_challenge",
    "withdraw_role",
    "withdraw_unconfirmed",
    "write_notice",
]
