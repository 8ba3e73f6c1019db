"""The files of a container read one after another, within a time that bounds them all together."""

import time
from collections.abc import Sequence

from parsers.document import Document
from parsers.errors import TimedOut
from parsers.sandbox import Sandbox, rejected
from reimburse.domain.invoice_json import Json
from reimburse.domain.reading import ErrorCode
from reimburse.domain.reading_json import reading_to_json

SHARE_S = 1.0
"""What each file may take without drawing on the time of all."""
OF_ALL = 0.8
"""What the files of a container may take together beyond their shares, of the time for one file alone."""
MOST_OF_IT = 2 / 3
"""How much of what is left one file may use up, so that those behind it get their chance."""
LEAST_S = 0.5
TIME_IS_UP = (
    "这个压缩包或邮件的读取时间已用完，没有读完这个文件。请把它单独读取或上传。"
    " / The time for reading this archive or mail was used up before this file was read: read or upload it by itself."
)


def read_members(sandbox: Sandbox, documents: Sequence[Document], spent_s: float = 0.0) -> list[list[Json]]:
    """The readings of each file. ``spent_s`` is what opening the container took.

    Beyond a share for each file that is read, a container gets about as long as one file. Once that is used up, the
    files that are left are named, each with a verdict that says to read it by itself.
    """
    most = OF_ALL * sandbox.limits.wall_s
    left = max(most - spent_s, most / 2)
    readings = []
    for document in documents:
        if left < LEAST_S and not document.refused:
            readings.append([_not_read(document, 0.0)])
            continue
        sandbox.start()
        began = time.monotonic()
        readings.append(sandbox.read_json(document, within_s=max(left * MOST_OF_IT, LEAST_S)))
        took = time.monotonic() - began
        if _is_timeout(readings[-1]):
            readings[-1] = [_not_read(document, readings[-1][0]["elapsed_ms"])]
            left -= took
        else:
            left -= max(took - SHARE_S, 0.0)
    return readings


def _is_timeout(readings: list[Json]) -> bool:
    error = readings[0]["error"]
    return bool(error) and error["code"] == ErrorCode.TIMEOUT


def _not_read(document: Document, elapsed_ms: float) -> Json:
    return {**reading_to_json(rejected(document, TimedOut(TIME_IS_UP))), "elapsed_ms": elapsed_ms}
