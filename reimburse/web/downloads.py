"""Files that a page hands out."""

from collections.abc import Iterable

from flask import Response, stream_with_context


def attached(data: bytes | Iterable[bytes], name: str, media_type: str) -> Response:
    """A file to be saved under this name. Pieces are made while they are sent, still within the app's context."""
    body = data if isinstance(data, bytes) else stream_with_context(iter(data))
    response = Response(body, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
