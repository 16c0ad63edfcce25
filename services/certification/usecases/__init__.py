"""What certification does, each in one transaction; a file per noun."""

from services.certification.usecases.application import (
    get_application,
    get_own_application,
    note_invoice,
    settle_payment,
    start_application,
    submit_application,
    withdraw_application,
)
from services.certification.usecases.certificate import (
    apply_order,
    get_certificate,
    note_copy,
    record_legacy_certificate,
)
from services.certification.usecases.elements import ApplicationEditor
from services.certification.usecases.known import (
    get_educator,
    know_educator,
    know_hold,
    know_provider,
)
from services.certification.usecases.program import (
    get_own_admission,
    recommend,
    record_admission,
    record_completion,
)
from services.certification.usecases.review import (
    decide,
    reject_element,
    return_application,
    verify_element,
)

__all__ = [
    "ApplicationEditor",
    "apply_order",
    "decide",
    "get_application",
    "get_certificate",
    "get_educator",
    "get_own_admission",
    "get_own_application",
    "know_educator",
    "know_hold",
    "know_provider",
    "note_copy",
    "note_invoice",
    "recommend",
    "record_admission",
    "record_completion",
    "record_legacy_certificate",
    "reject_element",
    "return_application",
    "settle_payment",
    "start_application",
    "submit_application",
    "verify_element",
    "withdraw_application",
]
