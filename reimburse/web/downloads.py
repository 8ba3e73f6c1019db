"""Files that a page hands out."""

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response, stream_with_context


def attached(data: bytes | Iterable[bytes], name: str, media_type: str) -> Response:
    """A file to be saved under this name. Pieces are made while they are sent, still within the app's context."""
    body = data if isinstance(data, bytes) else stream_with_context(iter(data))
    response = Response(body, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", **_names(name))
    return response


def _names(name: str) -> dict[str, str]:
    """The name in ASCII for every browser and server, and as it is beside it (RFC 6266).

    >>> _names("a.pdf"), _names("信-1.pdf")
    ({'filename': 'a.pdf'}, {'filename': '-1.pdf', 'filename*': "UTF-8''%E4%BF%A1-1.pdf"})
    """
    if name.isascii():
        return {"filename": name}
    plain = name.encode("ascii", "ignore").decode()
    return {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
