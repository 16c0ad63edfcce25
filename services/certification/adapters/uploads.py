"""Accepts the copies that applicants upload: a PDF or a picture, by name and content."""

from pathlib import PurePath

from werkzeug.datastructures import FileStorage

from chassis.i18n.text import translatable
from chassis.problems import InvalidInput
from chassis.storage.files import FileStore
from services.certification.domain.answers import LicenseCopy

LARGEST_BYTES = 20 * 1024 * 1024
ACCEPTED = ".pdf,.png,.jpg,.jpeg"
_PDF = ("application/pdf", b"%PDF-")
_PNG = ("image/png", b"\x89PNG\r\n\x1a\n")
_JPEG = ("image/jpeg", b"\xff\xd8\xff")
_KINDS = {".pdf": _PDF, ".png": _PNG, ".jpg": _JPEG, ".jpeg": _JPEG}


def keep_copy(files: FileStore, upload: FileStorage | None) -> LicenseCopy:
    """Store an uploaded copy of at most 20 MB.

    Raises `InvalidInput` when the file is missing, empty or too large, or when its name and content
    are not both PDF, PNG or JPEG.
    """
    name = PurePath((upload.filename if upload else "") or "").name
    if upload is None or not name:
        raise InvalidInput({"file": [translatable("Choose the file with the copy.")]})
    kind = _KINDS.get(PurePath(name).suffix.lower())
    if kind is None:
        raise InvalidInput({"file": [translatable("Choose a PDF, PNG or JPEG file.")]})
    media_type, signature = kind
    start = upload.stream.read(len(signature))
    upload.stream.seek(0)
    if start and start != signature:
        raise InvalidInput(
            {
                "file": [
                    translatable(
                        "This file's content is not what its name says: {name}.", name=name[-60:]
                    )
                ]
            }
        )
    stored = files.keep(upload.stream, largest=LARGEST_BYTES)
    return LicenseCopy(digest=stored.digest, file_name=name[-150:], media_type=media_type)
