"""XBRL instances of the Ministry of Finance's e-voucher standard, of issuers and receivers."""

from parsers import safe_xml
from parsers.document import Document
from parsers.errors import NoInvoice
from parsers.safe_xml import Parse
from parsers.testimony import Found, Testimony
from parsers.xbrl.concepts import DOCUMENTS, FIELDS
from parsers.xbrl.instance import Instance, instance_of
from parsers.xbrl.vouchers import testimonies
from reimburse.domain.reading import DocumentKind


def recognises(document: Document) -> bool:
    """True for an XBRL instance of any taxonomy."""
    return is_instance(document.data)


def read(document: Document) -> tuple[Found, ...]:
    """The one voucher in the instance; a bank receipt or statement is named for what it is."""
    instance = _instance(document.data)
    if instance is None:
        raise NoInvoice
    if kind := DOCUMENTS.get(instance.voucher):
        return (Found(1, document=kind, native=True),)
    return (Found(1, testimonies(instance), native=True),)


def testimony_of(data: bytes, parse: Parse) -> tuple[Testimony, ...]:
    """What an instance inside another file says of an invoice; empty where it is no instance, or none of an invoice."""
    instance = _instance(data, parse) if is_instance(data) else None
    return testimonies(instance) if instance and instance.voucher in FIELDS else ()


def document_of(data: bytes, parse: Parse) -> DocumentKind | None:
    """What an instance inside another file is, where it is no invoice's."""
    instance = _instance(data, parse) if is_instance(data) else None
    return DOCUMENTS.get(instance.voucher) if instance else None


def is_instance(data: bytes) -> bool:
    """True where the root element is ``xbrl``."""
    return safe_xml.root_name(data) == "xbrl"


def _instance(data: bytes, parse: Parse = safe_xml.parse) -> Instance | None:
    instance = instance_of(parse(data))
    return instance if instance and instance.voucher in FIELDS.keys() | DOCUMENTS.keys() else None
