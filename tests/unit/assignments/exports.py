"""A tiny OneRoster export for tests, to be spoiled."""

import csv
import zipfile
from io import BytesIO, StringIO

TINY = {
    "manifest.csv": """\
propertyName,value
manifest.version,1.0
oneroster.version,1.1
file.academicSessions,bulk
file.classes,bulk
file.courses,bulk
file.demographics,bulk
file.enrollments,bulk
file.orgs,bulk
file.users,bulk
""",
    "orgs.csv": """\
sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
district,,,Tiny County,district,001,
school,active,,Tiny School,school,001010,district
""",
    "academicSessions.csv": """\
sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear
fall,,,Fall,term,2026-08-15,2026-12-18,,2027
spring,,,Spring,term,2027-01-04,2027-06-10,,2027
""",
    "courses.csv": """\
sourcedId,status,dateLastModified,title,courseCode,grades,orgSourcedId,subjects,subjectCodes
biology,,,Biology 1,302601,"09,10",district,"Biology,Science",03051
art,,,Art,500711,,district,,
""",
    "classes.csv": """\
sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,schoolSourcedId,termSourcedIds
class-1,,,Biology A,"10,9,K",biology,B-A,school,"fall,spring"
class-2,,,Art A,UG,art,A-A,school,fall
""",
    "enrollments.csv": """\
sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
e1,,,class-1,school,teacher,teacher,true,,
e2,,,class-2,school,aide,teacher,false,2026-09-01,2026-10-01
e3,,,class-1,school,pupil-1,student,,,
e4,,,class-1,school,pupil-2,student,,,
e5,tobedeleted,,class-1,school,pupil-3,student,,,
e6,,,class-2,school,principal,administrator,,,
""",
    "users.csv": """\
sourcedId,status,dateLastModified,role,userIds,givenName,familyName,middleName,identifier,email
teacher,,,teacher,"{EPSB:2001},{SSN:123456789}",Zoë,Quill,,77,Zoe.Quill@Tiny.example
aide,,,aide,,Bo,Marsh,Lee,,
principal,,,administrator,,Ann,Head,,78,ann@tiny.example
pupil-1,,,student,,Secretive,Pupilone,,910,secret@tiny.example
pupil-2,,,student,,,,,,
""",
}


class Export:
    """A minimal valid export, to be spoiled one cell or one byte at a time."""

    def __init__(self) -> None:
        self.files = {file: text.encode() for file, text in TINY.items()}

    def write(self, file: str, row: int, column: str, value: str) -> "Export":
        """Put a value into the cell a spreadsheet shows at this row and column."""
        rows = list(csv.reader(StringIO(self.files[file].decode())))
        rows[row - 1][rows[0].index(column)] = value
        text = StringIO()
        csv.writer(text).writerows(rows)
        self.files[file] = text.getvalue().encode()
        return self

    def replace(self, file: str, old: bytes, new: bytes) -> "Export":
        assert old in self.files[file]
        self.files[file] = self.files[file].replace(old, new, 1)
        return self

    def without(self, file: str) -> "Export":
        del self.files[file]
        return self

    def zipped(self, folder: str = "") -> bytes:
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
            for file, content in self.files.items():
                # Without the present time, so that the same files make the same bytes.
                made.writestr(zipfile.ZipInfo(folder + file), content, zipfile.ZIP_DEFLATED)
        return stream.getvalue()
