"""Drafts: made of invoices, edited line by line, their sums conserved, cleared when nobody touches them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from reimburse.domain.money import share
from reimburse.domain.workflow import IllegalTransition
from reimburse.services.claims import attachments, claim_drafts, claim_lines, claims
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.store.claims import AttachmentRow, ClaimRow, ExpenseLineRow
from reimburse.store.db import db, today, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.notices import NoticeRow
from tests.builders import make_document, make_invoice
from tests.claim_stories import attach, claim_on, found, good_invoice, submit


def amounts(claim: ClaimRow) -> list[int]:
    return [line.amount_fen for line in found(claim.claim_no).lines]


def with_items(holder_id: int, total: str, items: list[tuple[str, str, str]]) -> InvoiceRow:
    """An invoice whose lines are (name, net, tax)."""
    lines = [{"item_name": name, "amount_excl_tax": net, "tax_amount": tax} for name, net, tax in items]
    with transaction():
        row = make_invoice(holder_id, total)
        row.data = {**row.data, "lines": lines}
    return row


def test_a_draft_is_filled_in_from_its_invoices(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]), good_invoice(company["lin"], "600.00"))
    assert claim.state == "draft"
    assert claim.cost_center == "CC-100"
    assert claim.total_fen == 70000
    said = [(line.position, line.category, line.description, line.amount_fen) for line in claim.lines]
    name = "*信息技术服务*云主机"
    assert said == [(1, "software_service", name, 10000), (2, "software_service", name, 60000)]
    assert [line.occurred_on for line in claim.lines] == [today(), today()]
    assert [[invoice.total_fen for invoice in line.invoices] for line in claim.lines] == [[10000], [60000]]


def test_a_ticket_tells_when_and_where(company: dict[str, int]) -> None:
    travel = {"from": "示例北", "to": "样城东", "departs_at": "2026-11-02T09:00", "vehicle": "G1"}
    claim = claim_on(good_invoice(company["lin"], kind="rail_ticket", lines=[], travel=travel))
    [line] = claim.lines
    assert (line.category, line.occurred_on.isoformat()) == ("travel_transport", "2026-11-02")
    assert line.details == {"from": "示例北", "to": "样城东"}
    assert line.description == "示例北→样城东 G1"


MIXED = [
    (
        "two categories, two lines",
        [("*住宿服务*住宿费", "100.00", "6.00"), ("*餐饮服务*餐费", "50.00", "3.00")],
        "159.00",
        [10600, 5300],
    ),
    (
        "a discount goes with its line",
        [("*住宿服务*住宿费", "100.00", "6.00"), ("*住宿服务*住宿费", "-10.00", "-0.60")],
        "95.40",
        [9540],
    ),
    (
        "a cent left over goes somewhere",
        [("*住宿服务*住宿费", "1.00", "0.06"), ("*餐饮服务*餐费", "1.00", "0.06")],
        "2.13",
        [107, 106],
    ),
    (
        "without amounts there is one line",
        [("*住宿服务*住宿费", None, None), ("*餐饮服务*餐费", None, None)],
        "80.00",
        [8000],
    ),
    ("no items, one line", [], "80.00", [8000]),
]


@pytest.mark.parametrize(("items", "total", "expected"), [case[1:] for case in MIXED], ids=[case[0] for case in MIXED])
def test_an_invoice_of_several_categories_becomes_several_lines(
    company: dict[str, int], items: list, total: str, expected: list[int]
) -> None:
    assert amounts(claim_on(with_items(company["lin"], total, items))) == expected


def test_without_invoices_there_is_one_empty_line_and_the_first_invoice_takes_its_place(
    company: dict[str, int],
) -> None:
    claim = found(claims.new_from_invoices(company["lin"], []))
    assert amounts(claim) == [0]
    claim_lines.add_invoices(company["lin"], claim.claim_no, [good_invoice(company["lin"]).id])
    assert amounts(claim) == [10000]


def test_the_same_key_makes_one_draft(company: dict[str, int]) -> None:
    invoice_id = good_invoice(company["lin"]).id
    numbers = {claims.new_from_invoices(company["lin"], [invoice_id], "key-1") for _ in range(3)}
    assert len(numbers) == 1
    assert db.session.scalar(select(func.count()).select_from(ClaimRow)) == 1


def test_nobody_claims_from_another_ones_wallet(company: dict[str, int]) -> None:
    invoice_id = good_invoice(company["lin"]).id
    with pytest.raises(NotFound):
        claims.new_from_invoices(company["wu"], [invoice_id])


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_shares_always_add_up(total: int, weights: list[int]) -> None:
    parts = share(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)


def test_splitting_and_merging_keep_the_sum_to_the_fen(company: dict[str, int]) -> None:
    by, claim = company["lin"], claim_on(good_invoice(company["lin"]))
    [line] = claim.lines
    attach(claim, line_id=line.id)
    ids = claim_lines.split_line(by, claim.claim_no, line.id, [3333, 3333, 3334])
    assert amounts(claim) == [3333, 3333, 3334]
    assert [len(part.invoices) for part in found(claim.claim_no).lines] == [1, 1, 1]
    claim_lines.merge_lines(by, claim.claim_no, ids[1:])
    claim_lines.merge_lines(by, claim.claim_no, ids[:2])
    merged = found(claim.claim_no)
    assert [(part.id, part.amount_fen, part.position) for part in merged.lines] == [(line.id, 10000, 1)]
    assert [item.line_id for item in merged.attachments] == [line.id]
    assert merged.total_fen == 10000


@pytest.mark.parametrize("parts", [[10000], [5000, 4999], [10000, 0], [5000, 5001], []])
def test_a_split_that_does_not_add_up_changes_nothing(company: dict[str, int], parts: list[int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    with pytest.raises(Refused, match="add up"):
        claim_lines.split_line(company["lin"], claim.claim_no, claim.lines[0].id, parts)
    assert amounts(claim) == [10000]


@pytest.mark.parametrize(
    ("values", "says"),
    [({"category": "taxi"}, "categories differ"), ({"adjustment": "surcharge"}, "adjustments stand alone")],
)
def test_lines_that_the_rules_would_part_again_are_not_merged(
    company: dict[str, int], values: dict[str, str], says: str
) -> None:
    by, claim = company["lin"], claim_on(good_invoice(company["lin"]))
    ids = claim_lines.split_line(by, claim.claim_no, claim.lines[0].id, [4000, 6000])
    claim_lines.edit_line(by, claim.claim_no, ids[1], values)
    with pytest.raises(Refused, match=says):
        claim_lines.merge_lines(by, claim.claim_no, ids)
    assert amounts(claim) == [4000, 6000]


def test_lines_of_two_invoices_are_not_merged(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]), good_invoice(company["lin"], "600.00"))
    with pytest.raises(Refused, match="R-62"):
        claim_lines.merge_lines(company["lin"], claim.claim_no, [line.id for line in claim.lines])
    assert amounts(claim) == [10000, 60000]


def test_a_line_without_invoice_merges_into_one_with(company: dict[str, int]) -> None:
    by, claim = company["lin"], claim_on(good_invoice(company["lin"]))
    bare = claim_lines.add_line(by, claim.claim_no)
    claim_lines.edit_line(by, claim.claim_no, bare, {"category": claim.lines[0].category, "amount_fen": 500})
    claim_lines.merge_lines(by, claim.claim_no, [claim.lines[0].id, bare])
    [line] = found(claim.claim_no).lines
    assert (line.amount_fen, len(line.invoices)) == (10500, 1)


def test_removing_a_line_frees_the_invoice_that_only_it_rested_on(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]), good_invoice(company["lin"], "600.00"))
    attach(claim, line_id=claim.lines[0].id)
    claim_lines.remove_line(company["lin"], claim.claim_no, claim.lines[0].id)
    left = found(claim.claim_no)
    assert [invoice.total_fen for invoice in left.invoices] == [60000]
    assert (left.total_fen, left.attachments) == (60000, [])


def test_one_part_of_a_split_can_go_and_the_invoice_stays(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    ids = claim_lines.split_line(company["lin"], claim.claim_no, claim.lines[0].id, [4000, 6000])
    claim_lines.remove_line(company["lin"], claim.claim_no, ids[0])
    left = found(claim.claim_no)
    assert (len(left.invoices), left.total_fen) == (1, 6000)


def test_an_invoice_put_on_an_empty_line_fills_it_and_leaves_what_was_typed(company: dict[str, int]) -> None:
    by, claim = company["lin"], found(claims.new_from_invoices(company["lin"], []))
    line_id, invoice_id = claim.lines[0].id, good_invoice(company["lin"]).id
    claim_lines.edit_line(by, claim.claim_no, line_id, {"description": "云主机两台"})
    for _ in range(2):
        claim_lines.tie_invoice(by, claim.claim_no, line_id, invoice_id)
    [line] = found(claim.claim_no).lines
    assert (line.amount_fen, line.description, line.category) == (10000, "云主机两台", "software_service")
    assert [invoice.id for invoice in line.invoices] == [invoice_id]


def test_taking_an_invoice_off_takes_its_lines_and_papers_along(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    with transaction():
        document_id = make_document(company["lin"], b"list", "list.png", "image/png").id
    invoice_id = claim.invoices[0].id
    attachments.attach(company["lin"], claim.claim_no, "sealed_item_list", document_id, invoice_id=invoice_id)
    claim_lines.remove_invoice(company["lin"], claim.claim_no, invoice_id)
    left = found(claim.claim_no)
    assert (left.invoices, left.attachments, amounts(left)) == ([], [], [0])


def test_details_are_merged_and_emptied_one_by_one(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    for details in ({"from": "甲地", "to": "乙地"}, {"to": None, "reason": "拜访"}):
        claim_lines.edit_line(company["lin"], claim.claim_no, claim.lines[0].id, {"details": details})
    assert found(claim.claim_no).lines[0].details == {"from": "甲地", "reason": "拜访"}


def test_the_second_of_two_tabs_is_told(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    seen, line_id = claim.version, claim.lines[0].id
    claim_lines.edit_line(company["lin"], claim.claim_no, line_id, {"amount_fen": 9000}, seen)
    with pytest.raises(Stale):
        claim_lines.edit_line(company["lin"], claim.claim_no, line_id, {"amount_fen": 8000}, seen)
    assert amounts(claim) == [9000]


EDITS: list[Callable[[int, ClaimRow], object]] = [
    lambda by, claim: claims.edit_head(by, claim.claim_no, {"purpose": "x"}),
    lambda by, claim: claim_lines.add_line(by, claim.claim_no),
    lambda by, claim: claim_lines.edit_line(by, claim.claim_no, claim.lines[0].id, {"amount_fen": 1}),
    lambda by, claim: claim_lines.remove_line(by, claim.claim_no, claim.lines[0].id),
    lambda by, claim: claim_lines.split_line(by, claim.claim_no, claim.lines[0].id, [1, 9999]),
    lambda by, claim: claim_lines.remove_invoice(by, claim.claim_no, claim.invoices[0].id),
    lambda by, claim: attachments.detach(by, claim.claim_no, claim.attachments[0].id),
]


@pytest.mark.parametrize("edit", EDITS)
def test_a_submitted_claim_and_anothers_claim_cannot_be_edited(
    company: dict[str, int], edit: Callable[[int, ClaimRow], object]
) -> None:
    claim = claim_on(good_invoice(company["lin"], "600.00"))
    attach(claim)
    with pytest.raises(NotFound):
        edit(company["wu"], found(claim.claim_no))
    claim = submit(claim)
    assert claim.state == "in_review"
    with pytest.raises(Refused, match="recall"):
        edit(company["lin"], claim)


def test_an_attachment_is_ones_own_of_a_known_kind_and_once(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    with transaction():
        theirs = make_document(company["wu"], b"theirs", "t.png").id
        mine = make_document(company["lin"], b"mine", "m.png").id
    with pytest.raises(NotFound):
        attachments.attach(company["lin"], claim.claim_no, "contract", theirs)
    with pytest.raises(Refused, match="kind"):
        attachments.attach(company["lin"], claim.claim_no, "nonsense", mine)
    ids = {attachments.attach(company["lin"], claim.claim_no, "contract", mine) for _ in range(2)}
    assert len(ids) == 1
    assert db.session.scalar(select(func.count()).select_from(AttachmentRow)) == 1


def test_a_deleted_draft_leaves_a_tombstone(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    claims.delete(company["lin"], claim.claim_no)
    assert found(claim.claim_no).state == "deleted"
    assert db.session.scalar(select(func.count()).select_from(ExpenseLineRow)) == 1
    with pytest.raises(IllegalTransition):
        claims.delete(company["lin"], claim.claim_no)


CLOCK = [
    (15, None, "draft"),
    (14, 14, "draft"),
    (4, 14, "draft"),
    (3, 3, "draft"),
    (0, 3, "draft"),
    (-1, None, "deleted"),
]


@pytest.mark.parametrize(("left", "notice", "state"), CLOCK)
def test_a_draft_warns_at_fourteen_and_three_days_and_then_goes(
    app: Flask, company: dict[str, int], left: int, notice: int | None, state: str
) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    with transaction():
        claim.expires_on = today() + timedelta(days=left)
    for _ in range(2):
        claim_drafts.clear_drafts()
    claim = found(claim.claim_no)
    assert (claim.state, claim.expiry_notice_days) == (state, notice)
    kinds = db.session.scalars(select(NoticeRow.kind)).all()
    assert kinds == ([] if left == 15 else ["draft_cleared"] if state == "deleted" else ["draft_expiring"])


def test_touching_a_draft_winds_its_clock(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    with transaction():
        claim.expires_on, claim.expiry_notice_days = today() + timedelta(days=2), 3
    claims.edit_head(company["lin"], claim.claim_no, {"purpose": "拜访"})
    claim = found(claim.claim_no)
    assert (claim.expires_on, claim.expiry_notice_days) == (today() + timedelta(days=90), None)
