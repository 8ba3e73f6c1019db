"""A reader for the sandbox that hangs, dies or eats memory where the file says so, and else reads as usual."""

import os
import signal
import time

import parsers
from parsers.document import Document
from reimburse.domain.reading import Reading


def read(document: Document) -> tuple[Reading, ...]:
    if document.data.startswith(b"HANG"):
        time.sleep(60)
    if document.data.startswith(b"CRASH"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if document.data.startswith(b"GREEDY"):
        bytearray(4 << 30)
    return parsers.read(document)
