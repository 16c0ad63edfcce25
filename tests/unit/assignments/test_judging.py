"""The rule itself: when an assignment is in field, and which reason is told when it is not."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from contracts.assignments import FindingReason
from contracts.certification import Authorization, Restriction
from contracts.legal import OrderAction
from services.assignments.domain.judging import (
    HeldCertificate,
    Judgment,
    Teaching,
    judge,
)
from services.assignments.jurisdiction import load_rules
from tests.states import state_folder

TODAY = date(2026, 11, 22)
KENTUCKY = load_rules(state_folder("kentucky")).standard
CONNECTICUT = load_rules(state_folder("connecticut")).standard
EDUCATOR = uuid4()

BIOLOGY_1 = Teaching(
    staff_name="Zoë Quill",
    educator_id=EDUCATOR,
    course_title="Biology 1",
    codes=("302601",),
    subjects=("Science",),
    lowest_grade=9,
    highest_grade=12,
)
ALTERNATE_ARTS = replace(BIOLOGY_1, course_title="Arts survey", codes=("600160",))
HOMEROOM = replace(
    BIOLOGY_1, course_title="Homeroom 09", codes=("HR00009",), subjects=("homeroom",)
)

BIOLOGY = Authorization(
    code="SEC_BIOLOGY", title="Secondary Biology", lowest_grade=8, highest_grade=12
)
CHEMISTRY = Authorization(
    code="SEC_CHEMISTRY", title="Secondary Chemistry", lowest_grade=8, highest_grade=12
)
ART = Authorization(code="ART", title="Art", lowest_grade=0, highest_grade=12)
MSD = Authorization(
    code="MSD",
    title="Moderate and Severe Disabilities",
    lowest_grade=0,
    highest_grade=12,
    population="moderate_severe",
)
ELEMENTARY = Authorization(code="ELEM", title="Elementary School", lowest_grade=0, highest_grade=5)


def certificate(
    *authorizations: Authorization,
    number: str = "K00012345",
    effective_on: date = date(2024, 7, 1),
    expires_on: date | None = date(2029, 6, 30),
    order: OrderAction | None = None,
    order_from: date = date(2026, 11, 1),
    order_to: date | None = None,
) -> HeldCertificate:
    restrictions = (
        (Restriction(kind=order, order_id=uuid4(), starts_on=order_from, ends_on=order_to),)
        if order
        else ()
    )
    return HeldCertificate(
        certificate_id=uuid4(),
        number=number,
        effective_on=effective_on,
        expires_on=expires_on,
        authorizations=authorizations,
        restrictions=restrictions,
    )


def judged(teaching: Teaching, *certificates: HeldCertificate, day: date = TODAY) -> Judgment:
    return judge(teaching, certificates, KENTUCKY, day)


def plain(text: str) -> str:
    """The text with hyphens for dashes, as it can be typed."""
    return text.replace("\N{EN DASH}", "-")


SUSPENSION = OrderAction.SUSPENSION
NOT_MATCHED = replace(BIOLOGY_1, educator_id=None)
UNKNOWN_COURSE = replace(BIOLOGY_1, codes=("999999",), subjects=("Basket weaving",))


JUDGMENTS: list[tuple[Teaching, list[HeldCertificate], str | None, str]] = [
    (BIOLOGY_1, [certificate(BIOLOGY)], None, "covers Secondary Biology, grades 8-12."),
    (
        NOT_MATCHED,
        [certificate(BIOLOGY)],
        "staff_not_matched",
        "None of the numbers reported for Zoë Quill belongs to one educator.",
    ),
    (
        UNKNOWN_COURSE,
        [certificate(BIOLOGY)],
        "course_code_unknown",
        'The course "Biology 1" (999999, Basket weaving) is not in the state',
    ),
    (
        BIOLOGY_1,
        [],
        "no_certificate",
        "Teaches Biology 1 to grades 9-12; no certificate is on record.",
    ),
    (
        BIOLOGY_1,
        [certificate(BIOLOGY, order=OrderAction.REVOCATION)],
        "certificate_revoked",
        "but was revoked from November 1, 2026.",
    ),
    (
        BIOLOGY_1,
        [certificate(BIOLOGY, order=SUSPENSION, order_to=date(2027, 1, 31))],
        "certificate_suspended",
        "but is suspended from November 1, 2026 through January 31, 2027.",
    ),
    (
        BIOLOGY_1,
        [certificate(BIOLOGY, order=OrderAction.SURRENDER)],
        "certificate_surrendered",
        "but was surrendered from November 1, 2026.",
    ),
    (
        BIOLOGY_1,
        [certificate(BIOLOGY, expires_on=date(2026, 6, 30))],
        "certificate_expired",
        "but expired on June 30, 2026.",
    ),
    (
        BIOLOGY_1,
        [certificate(BIOLOGY, effective_on=date(2027, 1, 1))],
        "certificate_not_yet_effective",
        "but does not take effect until January 1, 2027.",
    ),
    (
        BIOLOGY_1,
        [certificate(CHEMISTRY)],
        "wrong_content",
        "certificate K00012345 covers Secondary Chemistry, grades 8-12.",
    ),
    (
        ALTERNATE_ARTS,
        [certificate(ART)],
        "wrong_population",
        "covers Art, grades P-12, but not these students (Moderate and severe disabilities).",
    ),
    (BIOLOGY_1, [certificate(MSD)], "wrong_population", "but not these students"),
    (
        replace(BIOLOGY_1, lowest_grade=7),
        [certificate(BIOLOGY)],
        "wrong_grade_span",
        "Teaches Biology 1 to grades 7-12; certificate K00012345 covers Secondary Biology",
    ),
]


@pytest.mark.parametrize(
    ("teaching", "certificates", "reason", "words"),
    JUDGMENTS,
    ids=lambda value: value if isinstance(value, str) and "_" in value else "",
)
def test_each_reason_is_told_with_what_is_taught_and_what_is_held(
    teaching: Teaching, certificates: list[HeldCertificate], reason: str | None, words: str
) -> None:
    judgment = judged(teaching, *certificates)

    assert judgment.reason == reason
    assert judgment.in_field is (reason is None)
    assert words in plain(judgment.explanation)


def test_every_reason_of_the_contract_stands_in_the_table() -> None:
    told = {reason for _, _, reason, _ in JUDGMENTS if reason}

    assert told == {str(reason) for reason in FindingReason}


def test_a_judgment_names_the_certificate_that_decided() -> None:
    chemistry, biology = certificate(CHEMISTRY, number="K1"), certificate(BIOLOGY, number="K2")

    assert judged(BIOLOGY_1, chemistry, biology).certificate_id == biology.certificate_id
    assert judged(BIOLOGY_1, chemistry).certificate_number == "K1"


def test_one_fitting_certificate_in_force_outweighs_any_other() -> None:
    revoked = certificate(BIOLOGY, order=OrderAction.REVOCATION)

    assert judged(BIOLOGY_1, revoked, certificate(CHEMISTRY), certificate(BIOLOGY)).in_field


def test_a_fitting_certificate_out_of_force_is_nearer_than_one_in_force_that_does_not_fit() -> None:
    expired = certificate(BIOLOGY, expires_on=date(2026, 6, 30))

    assert judged(BIOLOGY_1, certificate(CHEMISTRY), expired).reason == "certificate_expired"


def test_of_fitting_certificates_out_of_force_the_gravest_order_is_told() -> None:
    revoked = certificate(BIOLOGY, order=OrderAction.REVOCATION)
    surrendered = certificate(BIOLOGY, order=OrderAction.SURRENDER)
    suspended = certificate(BIOLOGY, order=SUSPENSION)
    expired = certificate(BIOLOGY, expires_on=date(2026, 6, 30))

    assert judged(BIOLOGY_1, expired, revoked, suspended).reason == "certificate_revoked"
    assert judged(BIOLOGY_1, surrendered, suspended).reason == "certificate_surrendered"
    assert judged(BIOLOGY_1, suspended, expired).reason == "certificate_suspended"


def test_who_holds_only_a_revoked_certificate_of_another_area_is_told_as_revoked() -> None:
    revoked = certificate(CHEMISTRY, order=OrderAction.REVOCATION)

    assert judged(BIOLOGY_1, revoked).reason == "certificate_revoked"


def test_among_several_authorizations_the_nearest_miss_is_told() -> None:
    too_low = replace(BIOLOGY_1, lowest_grade=6, highest_grade=8)

    assert judged(too_low, certificate(CHEMISTRY, BIOLOGY, MSD)).reason == "wrong_grade_span"


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2024, 6, 30), "certificate_not_yet_effective"),
        (date(2024, 7, 1), None),
        (date(2029, 6, 30), None),
        (date(2029, 7, 1), "certificate_expired"),
    ],
)
def test_a_certificate_is_good_from_its_first_through_all_of_its_last_day(
    day: date, reason: str | None
) -> None:
    assert judged(BIOLOGY_1, certificate(BIOLOGY), day=day).reason == reason


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 10, 31), None),
        (date(2026, 11, 1), "certificate_suspended"),
        (date(2027, 1, 31), "certificate_suspended"),
        (date(2027, 2, 1), None),
    ],
)
def test_a_suspension_binds_on_its_days_only(day: date, reason: str | None) -> None:
    suspended = certificate(BIOLOGY, order=SUSPENSION, order_to=date(2027, 1, 31))

    assert judged(BIOLOGY_1, suspended, day=day).reason == reason


def test_students_of_a_special_population_are_taught_by_its_own_certificates() -> None:
    assert judged(ALTERNATE_ARTS, certificate(MSD)).in_field


def test_either_certificate_for_the_hearing_impaired_serves_them() -> None:
    for code in ("HI", "HI_SIGN"):
        held = Authorization(
            code=code, title=code, lowest_grade=0, highest_grade=12, population="hearing"
        )
        hearing = next(each for each in KENTUCKY.populations if each.code == "hearing")
        assert hearing.is_served_by(held)
        assert not hearing.is_served_by(MSD)


def test_any_certificate_in_force_will_do_for_a_homeroom() -> None:
    assert judged(HOMEROOM, certificate(ELEMENTARY)).in_field
    assert judged(HOMEROOM, certificate()).in_field
    expired = certificate(ELEMENTARY, expires_on=date(2026, 6, 30))
    assert judged(HOMEROOM, expired).reason == "certificate_expired"
    assert judged(HOMEROOM).reason == "no_certificate"


def test_a_roster_without_instruction_needs_no_certificate() -> None:
    judgment = judged(replace(BIOLOGY_1, codes=("909995",)))

    assert judgment.in_field
    assert judgment.certificate_id is None


def test_a_certificate_without_any_area_covers_no_content() -> None:
    judgment = judged(BIOLOGY_1, certificate())

    assert judgment.reason == "wrong_content"
    assert judgment.explanation.endswith("certificate K00012345 names no area.")


def test_a_class_outside_the_grades_misses_no_grade_span() -> None:
    ungraded = replace(BIOLOGY_1, lowest_grade=None, highest_grade=None)

    assert judged(ungraded, certificate(BIOLOGY)).in_field
    assert "Teaches Biology 1;" in judged(ungraded, certificate(CHEMISTRY)).explanation


def test_a_state_code_goes_before_the_subject_word() -> None:
    by_code = replace(BIOLOGY_1, codes=("B-A", "302601"), subjects=("Art",))
    by_subject = replace(BIOLOGY_1, codes=("B-A",), subjects=("Unheard of", " ART "))

    assert judged(by_code, certificate(BIOLOGY)).in_field
    assert judged(by_subject, certificate(ART)).in_field


def test_a_code_that_may_no_longer_be_used_is_told_as_such_whatever_the_subject_says() -> None:
    integrated = replace(BIOLOGY_1, codes=("303091",), subjects=("Science",))
    before, after = date(2026, 6, 30), date(2026, 7, 1)

    assert judged(integrated, certificate(BIOLOGY), day=before).in_field
    judgment = judged(integrated, certificate(BIOLOGY), day=after)
    assert judgment.reason == "course_code_unknown"
    assert "303091 (Integrated Science I), which has not been valid since July 1, 2026" in (
        judgment.explanation
    )


def test_a_code_that_does_not_hold_yet_is_unknown() -> None:
    digital = replace(BIOLOGY_1, codes=("230515",), subjects=())

    assert judged(digital, day=date(2022, 6, 30)).reason == "course_code_unknown"
    assert judged(digital, day=date(2022, 7, 1)).reason == "no_certificate"


def test_a_slip_in_a_code_is_answered_with_the_code_that_is_likely_meant() -> None:
    slip = replace(BIOLOGY_1, codes=("302061",), subjects=())

    assert judged(slip).explanation.endswith("Did you mean 302601 (Biology 1)?")


@pytest.mark.parametrize(
    ("code", "grades", "in_field"),
    [
        ("90010", (1, 6), True),
        ("90010", (0, 6), False),
        ("90080", (0, 0), True),
        ("90012", (-1, 0), True),
    ],
)
def test_connecticuts_guide_says_which_grades_an_endorsement_may_serve(
    code: str, grades: tuple[int, int], in_field: bool
) -> None:
    endorsement = Authorization(code="001", title="Elementary", lowest_grade=1, highest_grade=6)
    teaching = replace(
        BIOLOGY_1, codes=(code,), subjects=(), lowest_grade=grades[0], highest_grade=grades[1]
    )

    judgment = judge(teaching, [certificate(endorsement)], CONNECTICUT, TODAY)

    assert judgment.in_field is in_field
    assert in_field or judgment.reason == "wrong_grade_span"


@pytest.mark.parametrize(
    ("lowest", "highest", "words"),
    [
        (9, 12, "grades 9-12"),
        (9, 9, "grade 9"),
        (0, 5, "grades K-5"),
        (0, 0, "kindergarten"),
        (-1, 0, "grades PK-K"),
        (-1, -1, "prekindergarten"),
    ],
)
def test_grades_are_written_as_people_say_them(lowest: int, highest: int, words: str) -> None:
    assert plain(CONNECTICUT.grade_span(lowest, highest)) == words
