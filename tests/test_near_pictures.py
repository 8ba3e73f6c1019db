"""Near-duplicate pictures: a photo used before is found again though its bytes, its size or its QR code changed."""

import io
from dataclasses import replace

import pytest
from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy import func, select

from parsers.document import Document
from parsers.phash import distance
from parsers.sandbox import Sandbox
from reimburse.domain.verification import VerificationStatus
from reimburse.domain.workflow import ClaimState
from reimburse.services.claims import checking
from reimburse.services.invoices import near_pictures, sandboxed
from reimburse.services.invoices.verification import Result, record_result
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.picture_hashes import PictureBandRow, PictureHashRow
from tests.builders import make_claim
from tests.claim_stories import claim_on, found
from tests.parsers.pictures import code, scan
from tests.wallets import invoices as wallet_of
from tests.wallets import upload, upload_samples


def photo(number: str, *, shade: int = 90, quality: int = 90, size: tuple[int, int] = (1200, 800)) -> bytes:
    """A receipt whose QR code states this number; ``shade`` is how dark its head is, which makes another receipt."""
    paper = Image.new("RGB", (1200, 800), (235, 232, 225))
    draw = ImageDraw.Draw(paper)
    for row in range(12):
        draw.rectangle((420, 60 + row * 55, 420 + (row * 137 + shade * 7) % 700, 80 + row * 55), fill=(40, 40, 60))
    draw.rectangle((60, 560, 360, 740), fill=(shade, shade, shade))
    paper.paste(code(f"01,31,,{number},600.00,20260926,,3A9A"), (60, 80))
    buffer = io.BytesIO()
    paper.resize(size).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def used(
    company: dict[str, int], number: str = "25990000000000004453", state: ClaimState = ClaimState.APPROVED
) -> ClaimRow:
    """A claim of wu's on a photo."""
    upload(company["wu"], ("小票.jpg", photo(number)))
    [invoice] = wallet_of(company["wu"])
    with transaction() as session:
        claim = make_claim(company["wu"], state=ClaimState.DRAFT)
        claim.state = state.value
        claim.invoices = [session.get_one(InvoiceRow, invoice.id)]
    return claim


def lins(company: dict[str, int], data: bytes) -> InvoiceRow:
    upload(company["lin"], ("照片.jpg", data))
    return wallet_of(company["lin"])[-1]


def near(invoice: InvoiceRow) -> list[str]:
    """What X-04 finds on a claim of this invoice."""
    claim = found(claim_on(invoice).claim_no)
    return [one.found for one in checking.preview(claim).findings if one.rule == "X-04"]


def test_every_photo_keeps_its_hash_in_bands(company: dict[str, int]) -> None:
    lins(company, photo("25990000000000004453"))
    row = db.session.scalars(select(PictureHashRow)).one()
    bands = db.session.scalars(select(PictureBandRow.value).order_by(PictureBandRow.position)).all()
    assert (len(row.hash), "".join(bands)) == (64, row.hash)


def test_documents_that_are_no_pictures_have_none(company: dict[str, int]) -> None:
    upload_samples(company["lin"], "stationery.pdf")
    assert db.session.scalar(select(func.count()).select_from(PictureHashRow)) == 0


@pytest.mark.parametrize(
    "again",
    [
        photo("25990000000000004453", quality=60),
        photo("25990000000000004453", size=(900, 600)),
        photo("25990000000000009999"),
    ],
    ids=["saved anew", "smaller", "with another code pasted in"],
)
def test_a_photo_used_before_is_found_again(company: dict[str, int], again: bytes) -> None:
    claim = used(company)
    invoice = lins(company, again)
    hashes = db.session.scalars(select(PictureHashRow.hash)).all()
    assert distance(*hashes) <= 6
    said = near_pictures.near_of(
        db.session(),
        invoice,
        db.session.scalars(select(PictureHashRow).order_by(PictureHashRow.reading_id.desc())).first(),
        ClaimRow(id=0),
    )
    assert [one.claim_no for one in said] == [claim.claim_no]


def test_a_pasted_code_is_told_to_the_approver_and_the_other_claim_masked(company: dict[str, int]) -> None:
    claim = used(company)
    [name] = near(lins(company, photo("25990000000000009999")))
    assert name == claim.claim_no[:2] + "***" + claim.claim_no[-1]


@pytest.mark.parametrize("state", [ClaimState.REJECTED, ClaimState.DRAFT])
def test_a_photo_that_was_not_used_may_come_again(company: dict[str, int], state: ClaimState) -> None:
    used(company, state=state)
    assert near(lins(company, photo("25990000000000009999"))) == []


def test_another_receipt_is_new(company: dict[str, int]) -> None:
    used(company)
    assert near(lins(company, photo("25990000000000009999", shade=30))) == []


def test_what_the_tax_office_confirmed_is_no_duplicate(company: dict[str, int]) -> None:
    used(company)
    invoice = lins(company, photo("25990000000000009999"))
    with transaction() as session:
        row = session.get_one(InvoiceRow, invoice.id)
        record_result(session, row, Result(VerificationStatus.NORMAL, now(), "manual"))
    assert near(invoice) == []


def test_a_file_whose_pages_take_too_long_to_draw_is_not_drawn_page_by_page(app: Flask) -> None:
    limits = replace(sandboxed.limits(app.extensions["settings"]), wall_s=0.001)
    readings = [{"page": page, "format": "image"} for page in range(1, 60)]
    faults: list[str] = []
    with Sandbox(limits, on_fault=lambda _, fault: faults.append(fault)) as sandbox:
        app.extensions["sandbox"] = sandbox
        assert near_pictures.hashes_of(Document("a.tif", scan("raw")), readings) == {}
    assert len(faults) == 1
