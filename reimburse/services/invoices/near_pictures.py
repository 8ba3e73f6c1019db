"""Near-duplicate pictures (X-04): each photo's perceptual hash, and the used documents whose hash is close to it.

A hash of 256 bits is cut into eight bands: two that differ in seven bits or fewer share one of them, so that an index
finds every candidate of a policy distance up to seven.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, aliased

from parsers.document import Document
from parsers.errors import ParseError, TimedOut
from parsers.phash import distance
from reimburse.domain.invoice_json import Json
from reimburse.domain.reading import FileFormat
from reimburse.domain.workflow import ClaimState
from reimburse.services.invoices import sandboxed
from reimburse.store.claims import ClaimInvoiceRow, ClaimRow
from reimburse.store.documents import ReadingRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow
from reimburse.store.picture_hashes import PictureBandRow, PictureHashRow

BAND = 8
"""Hexadecimal digits in a band."""
MOST_BITS = 7
MOST_CANDIDATES = 500
NOT_USED = (ClaimState.DRAFT.value, ClaimState.DELETED.value, ClaimState.REJECTED.value)


@dataclass(frozen=True, slots=True)
class Near:
    """A picture that stands in another claim."""

    invoice: InvoiceRow
    claim_no: str
    employee_no: str
    distance: int


def hashes_of(document: Document, readings: Iterable[Json]) -> dict[int, str]:
    """The hash of each page that was read as a picture; a page that cannot be drawn has none.

    A file whose pages take too long to draw is drawn no further.
    """
    hashes = {}
    for page in sorted({reading["page"] or 1 for reading in readings if reading["format"] == FileFormat.IMAGE}):
        try:
            hashes[page] = sandboxed.picture_hash(document, page)
        except TimedOut:
            break
        except ParseError:
            continue
    return hashes


def keep(session: Session, reading: ReadingRow, hashed: str | None) -> None:
    """Store the hash of a reading's picture, with its bands. Runs in the caller's transaction."""
    if hashed is None:
        return
    session.add(PictureHashRow(reading_id=reading.id, document_id=reading.document_id, hash=hashed))
    session.flush()
    session.add_all(
        PictureBandRow(reading_id=reading.id, position=position, value=value) for position, value in _bands(hashed)
    )
    session.flush()


def near_duplicates(
    session: Session, claim: ClaimRow, hashes: Mapping[int, PictureHashRow], genuine: Collection[int]
) -> dict[int, list[Json]]:
    """The contract's ``near_duplicates`` of each invoice that came as a picture; all by invoice id.

    Invoices of one form look alike: one that the tax office confirmed (``genuine``) is compared with its own key only.
    """
    found: dict[int, list[Json]] = {}
    for invoice in claim.invoices:
        own = hashes.get(invoice.id)
        if own:
            near = near_of(session, invoice, own, claim)
            found[invoice.id] = [
                {"claim_no": one.claim_no, "distance": one.distance, "employee_id": one.employee_no}
                for one in near
                if one.invoice.key == invoice.key or invoice.id not in genuine
            ]
    return found


def near_of(session: Session, invoice: InvoiceRow, own: PictureHashRow, claim: ClaimRow) -> list[Near]:
    """Pictures in other claims that look like this one, the nearest first."""
    root = claim.follow_up_of_id or claim.id
    other = aliased(InvoiceRow)
    query = (
        select(other, PictureHashRow.hash, ClaimRow.claim_no, PersonRow.employee_no)
        .join(ReadingRow, ReadingRow.invoice_id == other.id)
        .join(PictureHashRow, PictureHashRow.reading_id == ReadingRow.id)
        .join(ClaimInvoiceRow, ClaimInvoiceRow.invoice_id == other.id)
        .join(ClaimRow, ClaimRow.id == ClaimInvoiceRow.claim_id)
        .join(PersonRow, PersonRow.id == ClaimRow.claimant_id)
        .where(PictureHashRow.reading_id.in_(_candidates(session, own)), other.id != invoice.id)
        .where(ClaimRow.state.not_in(NOT_USED), func.coalesce(ClaimRow.follow_up_of_id, ClaimRow.id) != root)
        .order_by(ClaimRow.id, PictureHashRow.reading_id)
    )
    near = [
        Near(row, claim_no, by, distance(own.hash, hashed))
        for row, hashed, claim_no, by in session.execute(query)
        if distance(own.hash, hashed) <= MOST_BITS
    ]
    return sorted(near, key=lambda one: one.distance)


def _candidates(session: Session, own: PictureHashRow) -> Sequence[int]:
    """Readings that share a band, newest first."""
    shared = select(PictureBandRow.reading_id).where(
        tuple_(PictureBandRow.position, PictureBandRow.value).in_(_bands(own.hash)),
        PictureBandRow.reading_id != own.reading_id,
    )
    newest = shared.distinct().order_by(PictureBandRow.reading_id.desc()).limit(MOST_CANDIDATES)
    return session.scalars(newest).all()


def _bands(hashed: str) -> list[tuple[int, str]]:
    return [(start // BAND, hashed[start : start + BAND]) for start in range(0, len(hashed), BAND)]
