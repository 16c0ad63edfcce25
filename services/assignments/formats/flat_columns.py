"""The state's flat assignment file: its columns and the rules for their cells.

One row is one assignment, with the information of 16 KAR 1:050 §3 and §4(1); `section`
distinguishes the classes that one teacher has in one course.
"""

from typing import NamedTuple

from chassis.i18n.text import translatable
from services.assignments.formats.rules import Rule


class Column(NamedTuple):
    """A column of the file, for the person who fills it in."""

    name: str
    holds: str
    example: str


COLUMNS = (
    Column("district_number", translatable("The district's state number."), "165"),
    Column(
        "school_number",
        translatable("The school's state number; leave empty for work at the district itself."),
        "165010",
    ),
    Column("staff_number", translatable("The teacher's educator number."), "1234567"),
    Column(
        "first_name",
        translatable("The teacher's first name; leave empty for a teacher with one name."),
        "Ann",
    ),
    Column("last_name", translatable("The teacher's last name."), "Lee"),
    Column(
        "course_code",
        translatable("The course's code; the state's code if there is one."),
        "302601",
    ),
    Column("course_title", translatable("The course's title."), "Biology 1"),
    Column(
        "section",
        translatable("The class; may be empty if the teacher teaches the course only once."),
        "2",
    ),
    Column(
        "subject",
        translatable("Words for the content, separated by semicolons."),
        "Science",
    ),
    Column(
        "population",
        translatable("The student population the course is for; leave empty for all students."),
        "general",
    ),
    Column("lowest_grade", translatable("The lowest grade of students enrolled."), "09"),
    Column("highest_grade", translatable("The highest grade of students enrolled."), "12"),
    Column("students", translatable("How many students are enrolled."), "27"),
    Column(
        "hours", translatable("Hours of staff time over the school year, as a whole number."), "175"
    ),
    Column("begins_on", translatable("The first day of the assignment."), "2026-08-15"),
    Column("ends_on", translatable("The last day of the assignment."), "2027-05-28"),
    Column("primary", translatable("Whether this is the class's teacher of record."), "true"),
)
NAMES = tuple(column.name for column in COLUMNS)
TEMPLATE = (",".join(NAMES) + "\r\n").encode()

BLANKS = " \t\N{NO-BREAK SPACE}"
"""The characters stripped from around a cell's text."""

# Without a slash, which separates the parts of an assignment's id.
NUMBER = "[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}"
WHOLE_NUMBER = "[0-9]{1,4}"
DATE = "(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}"
LONGEST_TEXT = 200
MAX_HOURS = 8_784  # of a leap year
BOOLEANS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}

NOT_A_NUMBER = Rule(
    translatable("is not a number or code of at most 40 characters"),
    translatable(
        "Use only the letters A to Z, digits, spaces and . _ -, and begin with a letter or digit."
    ),
)
TOO_LONG = Rule(
    translatable("has more than {longest_text} characters", longest_text=LONGEST_TEXT),
    translatable("Shorten it."),
)
NOT_STUDENTS = Rule(
    translatable("is not a number of students"),
    translatable("Write a whole number from 0 to 9999, without a comma."),
)
NOT_HOURS = Rule(
    translatable("is not a number of hours"),
    translatable(
        "Write the hours of the whole school year, from 1 to {most_hours}, without a comma.",
        most_hours=MAX_HOURS,
    ),
)
ENDS_TOO_EARLY = Rule(
    translatable("is before the assignment begins"), translatable("Correct one of the two dates.")
)
GRADES_REVERSED = Rule(
    translatable("is below the lowest grade"),
    translatable("Write the lower of the two grades first."),
)
GRADES_MIXED = Rule(
    translatable("does not match the lowest grade"),
    translatable("Write two grades from PK to 13, or two codes that are not grades, such as UG."),
)


def not_a_population(codes: tuple[str, ...]) -> Rule:
    """The rule that a population is in the state's list."""
    return Rule(
        translatable("is not on the state's list of populations"),
        translatable("Write one of: {codes}; or leave it empty.", codes=", ".join(codes)),
    )
