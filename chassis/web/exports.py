"""Sends a list as a file: CSV, a spreadsheet, or JSON."""

import tempfile
from pathlib import Path

from flask import Response, send_file

from chassis.service import current_service
from chassis.worklist.export import CONTENT_TYPES, Export, ExportFormat


def send_export(export: Export, kind: ExportFormat) -> Response:
    """The list as a download, named for the list and today; raises `TooLongForSheet`."""
    service = current_service()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{export.name}-{service.today()}.{kind}"
        export.write(path, kind)
        answer = send_file(
            # Open, it can be sent after its name is gone with the folder.
            path.open("rb"),
            mimetype=CONTENT_TYPES[kind],
            as_attachment=True,
            download_name=path.name,
        )
        answer.content_length = path.stat().st_size
    return answer
