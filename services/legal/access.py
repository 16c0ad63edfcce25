"""Access to cases: whoever moves them or enters their orders sees them and their complaints."""

from contracts.legal import LegalPermission

CASE_READERS = (LegalPermission.HANDLE_CASES, LegalPermission.ENTER_ORDERS)
