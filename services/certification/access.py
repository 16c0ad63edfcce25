"""Access rules: educators and providers see their own records, the agency sees all."""

from uuid import UUID

from chassis.i18n.text import translatable
from chassis.problems import NotAllowed
from chassis.security.principal import Principal, get_principal
from contracts.identity import Role
from services.certification.domain.application import Application
from services.certification.domain.certificate import Certificate

AGENCY = (Role.ANALYST, Role.LEGAL)


def own_educator_id() -> UUID:
    """The signed-in educator; raises `NotAllowed` for an account without an educator."""
    educator_id = get_principal().educator_id
    if educator_id is None:
        raise NotAllowed(translatable("Your account is not linked to an educator."))
    return educator_id


def own_providers() -> tuple[UUID, ...]:
    """The providers that the signed-in officer acts for; raises `NotAllowed` when there is none."""
    organization_ids = get_principal().organizations(Role.PROVIDER_OFFICER)
    if not organization_ids:
        raise NotAllowed(translatable("Your role does not name the provider you act for."))
    return organization_ids


def is_holder(principal: Principal, certificate: Certificate) -> bool:
    """Whether the certificate is the signed-in person's own."""
    return principal.educator_id == certificate.educator_id


def refuse_unless_certificate_visible(principal: Principal, certificate: Certificate) -> None:
    """Raise `NotAllowed` unless the certificate is the person's own, or they are the agency."""
    if not is_holder(principal, certificate) and not principal.holds(*AGENCY):
        raise NotAllowed(translatable("This certificate belongs to someone else."))


def refuse_unless_application_visible(principal: Principal, application: Application) -> None:
    """Raise `NotAllowed` unless the application is the person's own, or they are an analyst."""
    is_own = principal.educator_id == application.educator_id
    if not is_own and not principal.holds(Role.ANALYST):
        raise NotAllowed(translatable("This application belongs to someone else."))
