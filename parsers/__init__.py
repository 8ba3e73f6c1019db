"""Files to readings: every source in a file speaks for itself, then the sources are compared."""

from dataclasses import replace
from typing import TYPE_CHECKING

from parsers.document import Document
from parsers.errors import NoInvoice, ParseError
from parsers.merge import merge
from reimburse.domain.reading import FileFormat, ReadError, Reading, ReadStatus

if TYPE_CHECKING:
    from parsers.seal.trust import TrustStore


def read(document: Document, *, trust: "TrustStore | None" = None) -> tuple[Reading, ...]:
    """Every invoice in the file, at least one reading; a file that cannot be read is a reading that says why.

    ``trust`` says whose signatures are believed; without it, the shipped list of certificates.
    """
    # Not at the top: a process that only starts a child for reading must not load the readers' libraries.
    from parsers.ofd import package

    try:
        return _read(document, trust)
    finally:
        package.close()


def _read(document: Document, trust: "TrustStore | None") -> tuple[Reading, ...]:
    from parsers.registry import reader_of
    from parsers.seal import judge
    from parsers.seal.trust import SHIPPED

    try:
        reader = reader_of(document)
    except ParseError as problem:
        return (_unread(document, None, problem),)
    try:
        readings = tuple(merge(found, document, reader.format) for found in reader.module.read(document))
    except NoInvoice as problem:
        readings = (_unread(document, reader.format, problem),)
    except ParseError as problem:
        return (_unread(document, reader.format, problem),)
    seal = judge(document, trust or SHIPPED)
    return tuple(replace(reading, seal=seal) for reading in readings)


def _unread(document: Document, file_format: FileFormat | None, problem: ParseError) -> Reading:
    status = ReadStatus.NOT_AN_INVOICE if isinstance(problem, NoInvoice) else ReadStatus.REJECTED
    error = ReadError(problem.code, str(problem))
    return Reading(document.name, document.sha256, file_format, status, error=error)
