"""Fields by hand: completing is accepted, changing is a proposal, what is proved stays."""

import json
from copy import deepcopy

import pytest
from flask import Flask
from sqlalchemy import select

from reimburse.domain.workflow import ClaimState
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.invoices import corrections
from reimburse.services.invoices.composing import recompose
from reimburse.store.claims import ClaimInvoiceRow
from reimburse.store.db import db, transaction
from reimburse.store.events import EventRow
from reimburse.store.invoices import FieldCorrectionRow, InvoiceRow
from reimburse.store.notices import NoticeRow
from reimburse.store.people import PersonRow
from tests.wallets import invoices, put_on_claim, upload_samples


def person(company: dict[str, int], login: str) -> PersonRow:
    return db.session.get_one(PersonRow, company[login])


def only(company: dict[str, int], *names: str, holder: str = "lin") -> InvoiceRow:
    upload_samples(company[holder], *names)
    return invoices(company[holder])[-1]


def test_a_missing_field_is_completed_and_says_by_whom(app: Flask, company: dict[str, int]) -> None:
    invoice = only(company, "photographed-hotel.jpg")
    _, state = corrections.correct(person(company, "lin"), invoice.id, "seller.name", "示例酒店管理有限公司")
    [invoice] = invoices(company["lin"])
    [seen] = invoice.seen["seller.name"]
    assert (state, invoice.seller_name, "seller.name" in invoice.missing) == ("accepted", "示例酒店管理有限公司", False)
    assert (seen["source"], seen["by"]) == ("manual", company["lin"])
    assert seen["at"]


def test_completing_the_last_mandatory_field_makes_the_invoice_read(app: Flask, company: dict[str, int]) -> None:
    invoice = only(company, "photographed-hotel.jpg")
    values = {
        "seller.name": "示例酒店管理有限公司",
        "buyer.name": "示例云帆科技有限公司",
        "lines": "*住宿服务*住宿费",
    }
    for field, value in values.items():
        corrections.correct(person(company, "lin"), invoice.id, field, value)
        assert invoices(company["lin"])[0].status == "incomplete"
    corrections.correct(person(company, "lin"), invoice.id, "amount_excl_tax", "￥1,000.00")
    [invoice] = invoices(company["lin"])
    assert (invoice.status, invoice.data["amount_excl_tax"]) == ("parsed", "1000.00")
    assert invoice.data["lines"][0]["item_name"] == "*住宿服务*住宿费"
    assert invoice.data["lines"][0]["amount_excl_tax"] is None


def test_a_completed_field_can_be_completed_again(app: Flask, company: dict[str, int]) -> None:
    invoice = only(company, "photographed-hotel.jpg")
    for value in ("示例酒点", "示例酒店"):
        assert corrections.correct(person(company, "lin"), invoice.id, "seller.name", value)[1] == "accepted"
    [invoice] = invoices(company["lin"])
    assert (invoice.seller_name, [row.state for row in invoice.corrections]) == ("示例酒店", ["replaced", "accepted"])


def test_a_correction_is_an_event_on_the_chain_of_the_invoice(app: Flask, company: dict[str, int]) -> None:
    invoice = only(company, "photographed-hotel.jpg")
    corrections.correct(person(company, "lin"), invoice.id, "seller.name", "示例酒店")
    corrections.correct(person(company, "lin"), invoice.id, "drawer", "张三")
    events = db.session.scalars(select(EventRow).where(EventRow.chain == f"invoice:{invoice.id}")).all()
    named, drawer = [event for event in events if event.kind == "completed"]
    assert json.loads(named.payload)["field"] == "seller.name"
    assert list(json.loads(drawer.payload)["rows"]["field_corrections"]) == ["1", "2"]
    assert not any("张三" in event.payload or "示例酒店" in event.payload for event in events)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("amount_excl_tax", "一百", "no valid"),
        ("amount_excl_tax", "-1000.00", "not negative"),
        ("total_incl_tax", "-0.01", "not negative"),
        ("seller.tax_id", "123", "no valid"),
        ("seller.name", "  ", "no valid"),
        ("red_letter", "true", "by hand"),
        ("lines.0.tax_rate", "0.06", "by hand"),
        ("no_such_field", "1", "by hand"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_in_words(
    app: Flask, company: dict[str, int], field: str, value: str, says: str
) -> None:
    invoice = only(company, "photographed-hotel.jpg")
    with pytest.raises(Refused, match=says):
        corrections.correct(person(company, "lin"), invoice.id, field, value)


def test_what_a_document_states_is_only_proposed(app: Flask, company: dict[str, int]) -> None:
    invoice = only(company, "hotel.pdf")
    stated = invoice.total_fen
    assert corrections.correct(person(company, "lin"), invoice.id, "total_incl_tax", "1.00")[1] == "proposed"
    [invoice] = invoices(company["lin"])
    [conflict] = invoice.conflicts
    assert (invoice.total_fen, conflict["field"], conflict["values"]["manual"]) == (stated, "total_incl_tax", "1.00")


def test_what_the_document_states_already_is_no_proposal(app: Flask, company: dict[str, int]) -> None:
    invoice = only(company, "hotel.pdf")
    with pytest.raises(Refused, match="already"):
        corrections.correct(person(company, "lin"), invoice.id, "total_incl_tax", invoice.data["total_incl_tax"])


def propose(company: dict[str, int], name: str, field: str, value: str) -> FieldCorrectionRow:
    invoice = only(company, name)
    corrections.correct(person(company, "lin"), invoice.id, field, value)
    return db.session.scalars(select(FieldCorrectionRow).where(FieldCorrectionRow.state == "proposed")).one()


def test_a_choice_between_sources_holds_once_finance_confirms(app: Flask, company: dict[str, int]) -> None:
    row = propose(company, "qr-differs.pdf", "total_incl_tax", "1060.00")
    assert invoices(company["lin"])[0].has_conflicts
    corrections.decide(person(company, "sun"), row.id, confirm=True)
    [invoice] = invoices(company["lin"])
    assert (invoice.total_fen, invoice.conflicts, invoice.has_conflicts) == (106000, [], False)
    assert invoice.data["total_in_words"] == "壹仟零陆拾圆整"
    [row] = invoice.corrections
    assert (row.state, row.decided_by_id) == ("confirmed", company["sun"])


def test_a_refused_choice_leaves_the_conflict(app: Flask, company: dict[str, int]) -> None:
    before = deepcopy(only(company, "qr-differs.pdf").conflicts)
    row = propose(company, "qr-differs.pdf", "total_incl_tax", "1060.00")
    corrections.decide(person(company, "sun"), row.id, confirm=False)
    assert invoices(company["lin"])[0].conflicts == before


def test_a_refused_change_leaves_no_conflict(app: Flask, company: dict[str, int]) -> None:
    row = propose(company, "hotel.pdf", "buyer.name", "别的公司")
    corrections.decide(person(company, "sun"), row.id, confirm=False)
    assert invoices(company["lin"])[0].conflicts == []


def test_the_proposer_is_told_and_so_is_finance(app: Flask, company: dict[str, int]) -> None:
    row = propose(company, "qr-differs.pdf", "total_incl_tax", "1060.00")
    corrections.decide(person(company, "sun"), row.id, confirm=True)
    told = {(notice.person_id, notice.kind) for notice in db.session.scalars(select(NoticeRow))}
    assert told == {(company["sun"], "correction_proposed"), (company["lin"], "correction_decided")}


@pytest.mark.parametrize("login", ["lin", "wu", "zhao", "audit", "admin"])
def test_only_finance_decides(app: Flask, company: dict[str, int], login: str) -> None:
    row = propose(company, "hotel.pdf", "buyer.name", "别的公司")
    with pytest.raises(NotFound):
        corrections.decide(person(company, login), row.id, confirm=True)


def test_nobody_confirms_their_own(app: Flask, company: dict[str, int]) -> None:
    invoice = only(company, "hotel.pdf", holder="sun")
    corrections.correct(person(company, "sun"), invoice.id, "buyer.name", "别的公司")
    row = db.session.scalars(select(FieldCorrectionRow)).one()
    with pytest.raises(Refused, match="Another finance person"):
        corrections.decide(person(company, "sun"), row.id, confirm=True)


def test_a_proposal_is_decided_once(app: Flask, company: dict[str, int]) -> None:
    row = propose(company, "hotel.pdf", "buyer.name", "别的公司")
    corrections.decide(person(company, "sun"), row.id, confirm=False)
    with pytest.raises(Stale):
        corrections.decide(person(company, "zhou"), row.id, confirm=True)


@pytest.mark.parametrize("login", ["wu", "zhao", "sun"])
def test_only_the_holder_corrects(app: Flask, company: dict[str, int], login: str) -> None:
    invoice = only(company, "photographed-hotel.jpg")
    with pytest.raises(NotFound):
        corrections.correct(person(company, login), invoice.id, "seller.name", "示例酒店")


@pytest.mark.parametrize("field", ["total_incl_tax", "number", "seller.tax_id", "issue_date"])
def test_identity_and_money_of_native_xml_stay(app: Flask, company: dict[str, int], field: str) -> None:
    value = {"total_incl_tax": "1.00", "number": "26990000000000000001", "seller.tax_id": "91990000MA0DEM0037"}
    invoice = only(company, "software.xml")
    with pytest.raises(Refused, match="seal proves"):
        corrections.correct(person(company, "lin"), invoice.id, field, value.get(field, "2026-01-01"))


def test_identity_and_money_under_an_intact_seal_stay(app: Flask, company: dict[str, int]) -> None:
    invoice = only(company, "hotel.pdf")
    with transaction() as session:
        reading = session.get_one(InvoiceRow, invoice.id).readings[0]
        reading.data = {**reading.data, "seal": {"status": "intact"}}
    with pytest.raises(Refused, match="seal proves"):
        corrections.correct(person(company, "lin"), invoice.id, "total_incl_tax", "1.00")


def test_a_remark_under_native_xml_can_be_proposed(app: Flask, company: dict[str, int]) -> None:
    invoice = only(company, "software.xml")
    assert corrections.correct(person(company, "lin"), invoice.id, "remark", "项目甲")[1] in ("accepted", "proposed")


@pytest.mark.parametrize(
    ("state", "open_to_change"),
    [
        (ClaimState.DRAFT, True),
        (ClaimState.RETURNED, True),
        (ClaimState.REJECTED, True),
        (ClaimState.CHECKING, False),
        (ClaimState.IN_REVIEW, False),
        (ClaimState.EXPORTED, False),
    ],
)
def test_an_invoice_on_a_submitted_claim_is_not_changed(
    app: Flask, company: dict[str, int], state: ClaimState, open_to_change: bool
) -> None:
    invoice = only(company, "photographed-hotel.jpg")
    put_on_claim(invoice, "T1", state)
    if open_to_change:
        assert corrections.correct(person(company, "lin"), invoice.id, "seller.name", "示例酒店")[1] == "accepted"
    else:
        with pytest.raises(Refused, match="T1"):
            corrections.correct(person(company, "lin"), invoice.id, "seller.name", "示例酒店")


def nameless(invoice: InvoiceRow) -> InvoiceRow:
    """The same invoice with its number not read."""
    with transaction() as session:
        row = session.get_one(InvoiceRow, invoice.id)
        data = deepcopy(row.readings[0].data)
        data["invoice"]["number"], data["missing"] = None, ["number"]
        data["seen"].pop("number")
        row.readings[0].data = data
        recompose(session, row)
    return invoice


def test_completing_the_number_merges_with_the_invoice_that_is_already_there(
    app: Flask, company: dict[str, int]
) -> None:
    kept = only(company, "software.pdf")
    number = kept.number or ""
    gone = only(company, "hotel.pdf")
    nameless(gone)
    put_on_claim(gone, "T1", ClaimState.DRAFT)
    gone_id, kept_id = gone.id, kept.id
    assert corrections.correct(person(company, "lin"), gone_id, "number", number) == (kept_id, "accepted")
    [invoice] = invoices(company["lin"])
    assert (invoice.id, len(invoice.readings)) == (kept_id, 2)
    assert db.session.scalars(select(ClaimInvoiceRow.invoice_id)).all() == [kept_id]
    assert "total_incl_tax" in {conflict["field"] for conflict in invoice.conflicts}


def test_an_invoice_without_a_number_stands_alone(app: Flask, company: dict[str, int]) -> None:
    nameless(only(company, "software.pdf"))
    upload_samples(company["lin"], "software.xml")
    assert [invoice.number is None for invoice in invoices(company["lin"])] == [True, False]
