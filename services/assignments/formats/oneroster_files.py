"""The files of a OneRoster 1.1 export: which are read, their required columns and references.

Source: 1EdTech OneRoster 1.1 CSV Tables.
"""

from collections.abc import Iterator

from chassis.i18n.text import translatable
from services.assignments.domain.faults import FaultList
from services.assignments.formats.csv_table import CsvTable
from services.assignments.formats.grades import find_grade
from services.assignments.formats.rules import NOT_A_GRADE

MANIFEST = "manifest.csv"
ORGANIZATIONS = "orgs.csv"
SESSIONS = "academicSessions.csv"
COURSES = "courses.csv"
CLASSES = "classes.csv"
ENROLLMENTS = "enrollments.csv"
USERS = "users.csv"
ROSTER_FILES = (ORGANIZATIONS, SESSIONS, COURSES, CLASSES, ENROLLMENTS, USERS)

# The columns read besides sourcedId and status; others are ignored.
COLUMNS = {
    ORGANIZATIONS: ("name", "type", "identifier", "parentSourcedId"),
    SESSIONS: ("startDate", "endDate"),
    COURSES: ("title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes"),
    CLASSES: ("grades", "courseSourcedId", "classCode", "schoolSourcedId", "termSourcedIds"),
    ENROLLMENTS: (
        "classSourcedId",
        "schoolSourcedId",
        "userSourcedId",
        "role",
        "primary",
        "beginDate",
        "endDate",
    ),
    USERS: ("role", "userIds", "givenName", "familyName", "middleName", "identifier", "email"),
}
LONGEST_ID = 255  # a database can index it, and no system writes longer ones
_STATUSES = ("", "active", "tobedeleted")
_NOUNS = {
    ORGANIZATIONS: translatable("organization"),
    SESSIONS: translatable("academic session"),
    COURSES: translatable("course"),
    CLASSES: translatable("class"),
    USERS: translatable("user"),
}


class RosterFile(CsvTable):
    """A file whose rows have a sourcedId, which other rows refer to, and a status."""

    def __init__(self, file: str, content: bytes | None, faults: FaultList) -> None:
        super().__init__(file, ("sourcedId", "status", *COLUMNS[file]), content, faults)
        self._row_by_id: dict[str, int] = {}
        self._active: set[str] = set()
        self._lost_an_id = False

    def active_rows(self) -> Iterator[tuple[int, str, list[str]]]:
        """Yield row number, sourcedId and the values of `COLUMNS` for each active row."""
        for row, (source_id, status, *values) in self.rows():
            if not source_id:
                self._lost_an_id = True
                self.require(row, "sourcedId", source_id)
                continue
            if len(source_id) > LONGEST_ID:
                self._lost_an_id = True
                problem = translatable(
                    "has more than {longest_id} characters", longest_id=LONGEST_ID
                )
                self.fault(
                    row, "sourcedId", source_id, problem, translatable("Give the row a shorter id.")
                )
                continue
            first = self._row_by_id.setdefault(source_id, row)
            if first != row:
                self._lost_an_id = True
                problem = translatable("is already the sourcedId of row {first}", first=first)
                cure = translatable("Remove one of the two rows, or correct its sourcedId.")
                self.fault(row, "sourcedId", source_id, problem, cure)
                continue
            if status not in _STATUSES:
                cure = translatable("Write active or tobedeleted, or leave it empty for active.")
                self.fault(row, "status", status, translatable("is not a status"), cure)
            if status != "tobedeleted":
                self._active.add(source_id)
                yield row, source_id, values

    def has_active(self, source_id: str) -> bool:
        """Whether an active row has this id."""
        return source_id in self._active

    def has(self, source_id: str) -> bool:
        """Whether any row has this id."""
        return source_id in self._row_by_id

    @property
    def has_all_ids(self) -> bool:
        """Whether every row was read together with its id."""
        return self.complete and not self._lost_an_id

    def check_reference(self, row: int, column: str, value: str, target: "RosterFile") -> None:
        """Record a fault unless `value` refers to an active row of `target`, which was read before.

        If rows of `target` are unreadable, missing ids are not faults: those rows already are.
        """
        if target.has_active(value):
            return
        if not value:
            self.require(row, column, value)
        elif target.has(value):
            problem = translatable("names a row marked tobedeleted in {file}", file=target.file)
            cure = translatable("Mark this row tobedeleted too, or correct the id.")
            self.fault(row, column, value, problem, cure)
        elif target.has_all_ids:
            noun = _NOUNS[target.file]
            problem = translatable(
                "does not match any {noun} in {file}", noun=noun, file=target.file
            )
            self.fault(
                row,
                column,
                value,
                problem,
                translatable("Add the {noun} or correct the id.", noun=noun),
            )

    def grades(self, row: int, value: str) -> tuple[str, ...]:
        """Return the codes of a list of grades, recording a fault for each invalid one."""
        codes = []
        for text in split_list(value):
            code = find_grade(text)
            if code is None:
                self.fault(row, "grades", text, *NOT_A_GRADE)
            else:
                codes.append(code)
        return tuple(codes)


def split_list(value: str) -> tuple[str, ...]:
    """Return the parts of a comma-separated OneRoster list."""
    return tuple(stripped for part in value.split(",") if (stripped := part.strip()))


def check_manifest(content: bytes | None, faults: FaultList) -> None:
    """Check that the manifest declares a complete (bulk) OneRoster 1.1 export.

    Raises `ReportRefused` at once for another version or for changes only (delta): such files
    have another meaning, so their other faults would be irrelevant.
    """
    table = CsvTable(MANIFEST, ("propertyName", "value"), content, faults)
    properties: dict[str, tuple[int, str]] = {}
    for row, (name, value) in table.rows():
        if name in properties:
            problem = translatable("is already set in row {row}", row=properties[name][0])
            table.fault(
                row, "propertyName", name, problem, translatable("Remove one of the two rows.")
            )
        properties[name] = (row, value)
    if not table.complete:
        return
    version_row, version = properties.get("oneroster.version", (None, None))
    if version != "1.1":
        problem = (
            translatable("is not the version expected")
            if version_row
            else translatable("oneroster.version is missing")
        )
        table.fault(
            version_row,
            "value",
            version,
            problem,
            translatable("Export the report as OneRoster 1.1."),
        )
        raise faults.refusal()
    modes = [_check_mode(table, file, properties) for file in ROSTER_FILES]
    if "delta" in modes:
        raise faults.refusal()


def _check_mode(table: CsvTable, file: str, properties: dict[str, tuple[int, str]]) -> str | None:
    name = f"file.{file.removesuffix('.csv')}"
    row, mode = properties.get(name, (None, None))
    if mode == "delta":
        problem = translatable(
            "means that {file} contains only changes, but a report must be complete", file=file
        )
    elif mode is None:
        problem = translatable("there is no entry for {file}", file=file)
    else:
        problem = translatable("does not mean that {file} is complete", file=file)
    if mode != "bulk":
        cure = translatable(
            'Export the report in bulk: the manifest then says "bulk" for {name}.', name=name
        )
        table.fault(row, "value", mode, problem, cure)
    return mode
