"""Files to readings: every source in a file speaks for itself, then the sources are compared."""

from parsers.document import Document
from parsers.errors import NoInvoice, ParseError
from parsers.merge import merge
from reimburse.domain.reading import ReadError, Reading, ReadStatus


def read(document: Document) -> tuple[Reading, ...]:
    """Every invoice in the file, at least one reading; a file that cannot be read is a reading that says why."""
    # Not at the top: a process that only starts a child for reading must not load the readers' libraries.
    from parsers.registry import reader_of

    file_format = None
    try:
        reader = reader_of(document)
        file_format = reader.format
        return tuple(merge(found, document, file_format) for found in reader.module.read(document))
    except ParseError as problem:
        status = ReadStatus.NOT_AN_INVOICE if isinstance(problem, NoInvoice) else ReadStatus.REJECTED
        error = ReadError(problem.code, str(problem))
        return (Reading(document.name, document.sha256, file_format, status, error=error),)
