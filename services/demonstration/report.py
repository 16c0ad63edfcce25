"""Writes the demonstration district's OneRoster 1.1 export: who teaches what this year."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from services.demonstration.scene import Scene, Teaching

_FILES = ("academicSessions", "classes", "courses", "enrollments", "orgs", "users")
_HEADERS = {
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,"
    "parentSourcedId,schoolYear",
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,"
    "orgSourcedId,subjects,subjectCodes",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,"
    "classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "users": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,"
    "givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,"
    "userSourcedId,role,primary,beginDate,endDate",
}


def district_report(scene: Scene, today: date, also: Iterable[Mapping[str, str]] = ()) -> bytes:
    """The export of `today` as a zip file.

    `also` holds further rows of teaching, with the teacher's name.
    """
    teaching = [*(_with_name(scene, row) for row in scene.file.teaching), *also]
    tables = _tables(scene, today, teaching)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("manifest.csv"), _manifest())
        for name, rows in tables.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.csv"), _csv(_HEADERS[name].split(","), rows))
    return stream.getvalue()


def _with_name(scene: Scene, row: Teaching) -> dict[str, str]:
    with scene.persons.open(encoding="utf-8") as file:
        for person in csv.DictReader(file):
            if person["educator_number"] == row.educator_number:
                return {**vars(row), "first": person["first_name"], "last": person["last_name"]}
    raise LookupError(f"nobody has the number {row.educator_number}")


def _tables(
    scene: Scene, today: date, teaching: Sequence[Mapping[str, str]]
) -> dict[str, list[dict[str, Any]]]:
    district, school = scene.file.district, scene.file.school
    begins, ends = scene.days_of_classes(today)
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in _FILES}
    tables["academicSessions"] = [
        {
            "sourcedId": "year",
            "title": f"{begins.year}-{ends.year}",
            "type": "schoolYear",
            "startDate": begins,
            "endDate": ends,
            "schoolYear": ends.year,
        }
    ]
    tables["orgs"] = [
        {"sourcedId": "district", "name": "District", "type": "district", "identifier": district},
        {
            "sourcedId": "school",
            "name": "Central School",
            "type": "school",
            "identifier": school,
            "parentSourcedId": "district",
        },
    ]
    for row in teaching:
        _add_class(tables, row, begins, ends)
    return tables


def _add_class(
    tables: dict[str, list[dict[str, Any]]], row: Mapping[str, str], begins: date, ends: date
) -> None:
    teacher, course = row["educator_number"], f"course-{row['code']}"
    class_id = f"{course}-{teacher}"
    if all(user["sourcedId"] != teacher for user in tables["users"]):
        tables["users"].append(
            {
                "sourcedId": teacher,
                "enabledUser": "true",
                "orgSourcedIds": "school",
                "role": "teacher",
                "username": f"teacher.{teacher}",
                "givenName": row["first"],
                "familyName": row["last"],
                "identifier": teacher,
            }
        )
    if all(row["sourcedId"] != course for row in tables["courses"]):
        tables["courses"].append(
            {
                "sourcedId": course,
                "schoolYearSourcedId": "year",
                "title": row["title"],
                "courseCode": row["code"],
                "grades": row["grades"],
                "orgSourcedId": "district",
                "subjects": row["subject"],
            }
        )
    tables["classes"].append(
        {
            "sourcedId": f"class-{class_id}",
            "title": row["title"],
            "grades": row["grades"],
            "courseSourcedId": course,
            "classCode": row["code"],
            "classType": "scheduled",
            "schoolSourcedId": "school",
            "termSourcedIds": "year",
        }
    )
    tables["enrollments"].append(
        {
            "sourcedId": str(uuid5(NAMESPACE_URL, class_id)),
            "classSourcedId": f"class-{class_id}",
            "schoolSourcedId": "school",
            "userSourcedId": teacher,
            "role": "teacher",
            "primary": "true",
            "beginDate": begins,
            "endDate": ends,
        }
    )


def _manifest() -> str:
    lines = {"manifest.version": "1.0", "oneroster.version": "1.1"}
    lines |= {f"file.{name}": "bulk" for name in _FILES}
    return _csv(
        ["propertyName", "value"],
        [{"propertyName": name, "value": value} for name, value in lines.items()],
    )


def _csv(header: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, header, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({"status": "active", **row} if "status" in header else row)
    return stream.getvalue()
