"""The readers: one line each. A reader is a module with ``recognises`` and ``read``."""

from dataclasses import dataclass
from typing import Protocol

from parsers import einvoice_xml, ofd, pdf, picture, xbrl
from parsers.document import Document
from parsers.errors import Damaged, Unsafe, Unsupported
from parsers.testimony import Found
from reimburse.domain.reading import FileFormat

EMPTY = "文件是空的。请重新下载后再上传。 / The file is empty: download it again and upload that."


class ReaderModule(Protocol):
    """What a reader module answers."""

    def recognises(self, document: Document) -> bool:
        """Whether the content is of this reader's form; cheap, and never by the file's name."""

    def read(self, document: Document) -> tuple[Found, ...]:
        """Every invoice in the file as its sources tell it; ``ParseError`` where it cannot be read."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader and what the files are that it reads."""

    format: FileFormat
    module: ReaderModule


READERS: tuple[Reader, ...] = (
    Reader(FileFormat.PDF, pdf),
    Reader(FileFormat.OFD, ofd),
    Reader(FileFormat.XML, einvoice_xml),
    Reader(FileFormat.XBRL, xbrl),
    Reader(FileFormat.IMAGE, picture),
)


class TwoReaders(Unsafe):
    """Two readers claim one file: it was made to be two things at once."""


def reader_of(document: Document) -> Reader:
    """The one reader that recognises the document; ``Unsupported`` where none does, ``TwoReaders`` where several do."""
    if not document.data:
        raise Damaged(EMPTY)
    claims = [reader for reader in READERS if reader.module.recognises(document)]
    if len(claims) > 1:
        raise TwoReaders
    if not claims:
        raise Unsupported
    return claims[0]
