"""Access rules: educators and providers see their own records, the agency sees all."""

from uuid import UUID

from chassis.i18n.text import translatable
from chassis.problems import NotAllowed
from chassis.security.principal import Principal, get_principal
from contracts.certification import CertificationPermission
from contracts.permission import Permission
from services.certification.domain.application import Application
from services.certification.domain.certificate import Certificate

REVIEWERS = (CertificationPermission.REVIEW, CertificationPermission.DECIDE)
"""Either lets one see every application."""
READERS = (CertificationPermission.APPLY, *REVIEWERS)
PROVIDERS = (CertificationPermission.ADMIT, CertificationPermission.RECOMMEND)
"""Either lets one see the candidates of one's own provider."""


def own_educator_id() -> UUID:
    """The signed-in educator; raises `NotAllowed` for an account without an educator."""
    educator_id = get_principal().educator_id
    if educator_id is None:
        raise NotAllowed(translatable("Your account is not linked to an educator."))
    return educator_id


def own_providers(*permissions: Permission) -> tuple[UUID, ...]:
    """The providers where the signed-in officer has any of these permissions.

    Raises `NotAllowed` when there is none.
    """
    organization_ids = get_principal().organizations(*permissions)
    if not organization_ids:
        raise NotAllowed(translatable("Your role does not name the provider you act for."))
    return organization_ids


def is_holder(principal: Principal, certificate: Certificate) -> bool:
    """Whether the certificate is the signed-in person's own."""
    return principal.educator_id == certificate.educator_id


def refuse_unless_certificate_visible(principal: Principal, certificate: Certificate) -> None:
    """Raise `NotAllowed` unless the certificate is the person's own, or they may see anybody's."""
    if not is_holder(principal, certificate) and not principal.may(
        CertificationPermission.SEE_CERTIFICATES
    ):
        raise NotAllowed(translatable("This certificate belongs to someone else."))


def refuse_unless_application_visible(principal: Principal, application: Application) -> None:
    """Raise `NotAllowed` unless the application is the person's own, or they may see all."""
    is_own = principal.educator_id == application.educator_id
    if not is_own and not principal.may(*REVIEWERS):
        raise NotAllowed(translatable("This application belongs to someone else."))
