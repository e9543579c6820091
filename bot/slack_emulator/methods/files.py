"""Uploads: files.getUploadURLExternal, files.completeUploadExternal."""

from __future__ import annotations

from bot.slack_emulator.calling import Call, RefusedMethodError
from bot.stand_in.shapes import Json


def get_upload_url(call: Call) -> Json:
    """Where the file is to be sent, and what it will be called."""
    call.required("filename")
    if call.number("length", 0) <= 0:
        raise RefusedMethodError("invalid_arguments", ["[ERROR] missing required field: length"])
    file_id = call.workspace.files.expect(call.number("length", 0))
    return {"upload_url": f"http://{call.host}/local/upload/{file_id}", "file_id": file_id}


def complete_upload(call: Call) -> Json:
    """The files are there; as here, they need not be shared with anybody."""
    given = call.json("files")
    ids = [each.get("id") for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    if not ids or not all(isinstance(each, str) and call.workspace.files.complete(each) for each in ids):
        raise RefusedMethodError("file_not_found")
    return {"files": [{"id": each, "title": ""} for each in ids]}
