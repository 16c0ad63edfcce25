"""Reads the required files from a zip or a folder without trusting the zip's own metadata.

Nothing is unpacked to disk and no other member is opened, so member names are harmless.
"""

import zipfile
import zlib
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path
from typing import IO

from chassis.i18n.text import Translatable, translatable
from services.assignments.domain.faults import FaultList

MAX_BYTES = 256 * 1024 * 1024  # room for a district of more than 100,000 students
MAX_MEMBERS = 1_000

_ENCRYPTED = 0x1  # bit 0 of a member's flags
_DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError)
_THE_ZIP_FILE = translatable("the zip file")
_EXPORT_AGAIN = translatable("Export the report again and send the new file.")
_ZIP = b"PK"


def read_files(
    source: Path | bytes | IO[bytes], wanted: Collection[str], faults: FaultList, name: str = ""
) -> dict[str, bytes]:
    """Return the contents of the `wanted` files; a missing or damaged one is recorded as a fault.

    `name` is what the sender calls the file.
    Raises `ReportRefused` if the source as a whole cannot be read.
    """
    if isinstance(source, bytes):
        return _read_zip(name or _THE_ZIP_FILE, BytesIO(source), wanted, faults)
    if not isinstance(source, Path):
        return _read_zip(name or _THE_ZIP_FILE, source, wanted, faults)
    if source.is_dir():
        return _read_folder(source, wanted, faults)
    if not source.is_file():
        faults.add(
            source.name,
            None,
            None,
            None,
            translatable("does not exist"),
            translatable("Name a zip file or a folder."),
        )
        raise faults.refusal()
    with source.open("rb") as stream:
        return _read_zip(source.name, stream, wanted, faults)


def _why_no_zip(stream: IO[bytes]) -> tuple[Translatable, Translatable]:
    """What is wrong with a file that is no readable zip, and what to do."""
    stream.seek(0)
    if stream.read(len(_ZIP)) == _ZIP:
        return translatable("was cut short or damaged in transfer"), _EXPORT_AGAIN
    return (
        translatable(
            "is neither a OneRoster zip file nor a CSV file in UTF-8 with the header of the flat "
            "assignment file"
        ),
        translatable("Send one of the two."),
    )


def _read_folder(folder: Path, wanted: Collection[str], faults: FaultList) -> dict[str, bytes]:
    present = {path.name: path for path in folder.iterdir() if path.is_file()}
    _record_missing(wanted, present, faults)
    paths = {file: present[file] for file in wanted if file in present}
    _check_size(folder.name, (path.stat().st_size for path in paths.values()), faults)
    return {file: path.read_bytes() for file, path in paths.items()}


def _read_zip(
    name: str, stream: IO[bytes], wanted: Collection[str], faults: FaultList
) -> dict[str, bytes]:
    try:
        archive = zipfile.ZipFile(stream)
    except _DAMAGED:
        faults.add(name, None, None, None, *_why_no_zip(stream))
        raise faults.refusal() from None
    with archive:
        members = _members_of_one_folder(name, archive, wanted, faults)
        _record_missing(wanted, members, faults)
        found = {file: members[file] for file in wanted if file in members}
        _check_size(name, (member.file_size for member in found.values()), faults)
        contents = {
            file: _read_member(file, archive, member, faults) for file, member in found.items()
        }
    return {file: content for file, content in contents.items() if content is not None}


def _members_of_one_folder(
    name: str, archive: zipfile.ZipFile, wanted: Collection[str], faults: FaultList
) -> dict[str, zipfile.ZipInfo]:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        problem = translatable(
            "contains {members} files; a report may contain at most {max_members}",
            members=f"{len(members):,}",
            max_members=f"{MAX_MEMBERS:,}",
        )
        faults.add(
            name, None, None, None, problem, translatable("Send the report's CSV files only.")
        )
        raise faults.refusal()
    folders: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for member in members:
        folder, _, file = member.filename.replace("\\", "/").rpartition("/")
        in_folder = folders.setdefault(folder, {})
        if file in wanted and file in in_folder:
            problem = translatable("is in the zip file twice")
            faults.add(file, None, None, None, problem, translatable("Keep only the correct one."))
        in_folder[file] = member
    report_folders = [folder for folder, files in folders.items() if files.keys() & set(wanted)]
    if len(report_folders) > 1:
        names = tuple(
            f'"{folder}"' if folder else translatable("the top level") for folder in report_folders
        )
        problem = translatable(
            "contains the report's files in several folders ({folders})", folders=names
        )
        faults.add(
            name, None, None, None, problem, translatable("Put the report's files in one folder.")
        )
        raise faults.refusal()
    return folders[report_folders[0]] if report_folders else folders.get("", {})


def _read_member(
    file: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, faults: FaultList
) -> bytes | None:
    if member.flag_bits & _ENCRYPTED:
        cure = translatable(
            "Create the zip file without a password; the connection itself is encrypted."
        )
        faults.add(file, None, None, None, translatable("is protected by a password"), cure)
        return None
    # Other methods may allocate gigabytes of memory before the first byte comes out.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        problem = translatable("uses a compression method that is not accepted")
        faults.add(
            file,
            None,
            None,
            None,
            problem,
            translatable("Create the zip file with Deflate, the usual method."),
        )
        return None
    try:
        # At most the declared size is read, and the checksum fails if that size is wrong.
        return archive.read(member)
    except _DAMAGED:
        problem = translatable("is damaged inside the zip file")
        faults.add(file, None, None, None, problem, _EXPORT_AGAIN)
        return None


def _check_size(name: str, sizes: Iterable[int], faults: FaultList) -> None:
    size = sum(sizes)
    if size > MAX_BYTES:
        problem = translatable(
            "unpacks to {size} MB; a report may have at most {max_bytes} MB",
            size=f"{size // 2**20:,}",
            max_bytes=f"{MAX_BYTES // 2**20:,}",
        )
        faults.add(
            name, None, None, None, problem, translatable("Send one district's report at a time.")
        )
        raise faults.refusal()


def _record_missing(wanted: Collection[str], present: Collection[str], faults: FaultList) -> None:
    for file in wanted:
        if file in present:
            continue
        others = {other.casefold(): other for other in present if other not in wanted}
        nearest = get_close_matches(file.casefold(), others, n=1, cutoff=0.8)
        if nearest:
            name = others[nearest[0]]
            problem = translatable('is missing; there is a file "{name}"', name=name)
            cure = translatable("Rename it to {file}.", file=file)
        else:
            problem = translatable("is missing from the report")
            cure = translatable("Export it together with the other files.")
        faults.add(file, None, None, None, problem, cure)
