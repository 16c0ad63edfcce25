"""What is kept of other services' facts: the newest version, in whatever order it comes."""

from flask import Flask

from chassis.ids import new_id
from chassis.testing import deliver, service_of
from contracts.identity import OrganizationChanged, OrganizationKind, PersonClaimed
from services.certification.domain.replicas import Educator, Provider
from tests.unit.certification import story


def educator(app: Flask) -> Educator:
    with service_of(app).database.reading() as session:
        found = session.get(Educator, story.WILLA)
    assert found is not None
    return found


def test_the_newest_name_of_a_person_is_kept(app: Flask) -> None:
    claimed = PersonClaimed(
        **{**vars(story.person(last_name="Newname")), "version": 3, "former_last_names": ("Old",)}
    )
    deliver(app, claimed, story.person(version=2, last_name="Between"))

    kept = educator(app)
    assert (kept.full_name, kept.former_last_names) == ("Wilhelmina Rose Newname", ["Old"])


def test_the_newest_name_of_a_provider_is_kept_and_other_organizations_are_not(app: Flask) -> None:
    school = OrganizationChanged(
        **{
            **vars(story.provider(new_id(), "Example High School")),
            "kind": OrganizationKind.SCHOOL,
        }
    )
    deliver(
        app,
        story.provider(story.PROVIDER, "Newest", 3),
        story.provider(story.PROVIDER, "Older", 2),
        school,
    )

    with service_of(app).database.reading() as session:
        kept = session.get(Provider, story.PROVIDER)
        assert kept is not None
        assert kept.name == "Newest"
        assert session.get(Provider, school.organization_id) is None
