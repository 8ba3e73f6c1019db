"""From lines to entries: balanced whatever was claimed, the tax split off, each way of paying on its own account."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reimburse.domain.ledger import LedgerEntry, Purpose, ReversalStyle, Side, reversal_of, total_of
from reimburse.domain.money import ZERO
from reimburse.export.chart import AccountText, BadLayout, load_chart
from reimburse.export.rows import LineRow, TaxShare
from reimburse.export.voucher import CREDITED, ClaimToBook
from tests.booked import BATCH_NO, CONFIG, DAY, booked, chart, claim, entries, line

FEN = st.integers(-100_000, 10_000_000)
Told = list[tuple[str, str, str, str]]


def told(entry: LedgerEntry) -> Told:
    return [(item.side.value, item.account.code, str(item.amount), item.purpose.value) for item in entry.postings]


def test_a_claim_is_booked_net_of_tax_and_by_who_paid() -> None:
    first, second = booked()
    assert told(first) == [
        ("debit", "6602.01", "1000.00", "expense"),
        ("debit", "6602.01", "-0.50", "adjustment"),
        ("debit", "2221.01.01", "60.00", "input_vat"),
        ("credit", "2241.01", "1059.50", "employee"),
    ]
    assert told(second) == [
        ("debit", "6602.03", "88.00", "expense"),
        ("debit", "6602.01", "283.00", "expense"),
        ("debit", "6602.01", "50.00", "expense"),
        ("debit", "6602.01", "40.00", "expense"),
        ("debit", "2221.01.01", "17.00", "input_vat"),
        ("credit", "2241.01", "88.00", "employee"),
        ("credit", "2241.02", "300.00", "company_card"),
        ("credit", "1002", "40.00", "company_transfer"),
        ("credit", "1221.01", "50.00", "advance"),
    ]


def test_what_a_posting_is_kept_by() -> None:
    expense, _, tax, payable = booked()[0].postings
    kept = expense.auxiliaries
    assert (kept.department, kept.cost_center, kept.project, kept.legal_entity) == (
        "研发部", "CC-100", "P-7", "示例云帆科技有限公司",
    )  # fmt: skip
    assert (tax.auxiliaries.supplier_tax_id, tax.invoice) == ("91990000MA0DEM0024", "26990000000000000001")
    assert (payable.auxiliaries.person_no, payable.claim_no) == ("E001", "BX-1")
    assert expense.digest == "林一 差旅住宿费 上海住宿, 两晚"


def test_one_voucher_for_the_batch() -> None:
    (entry,) = booked(one_voucher_per="batch")
    assert (entry.source, entry.attachments, entry.debits) == (BATCH_NO, 4, Decimal("1537.50"))
    assert {posting.claim_no for posting in entry.postings} == {"BX-1", "BX-2"}


def test_an_adjustment_on_an_account_of_its_own() -> None:
    own = chart(adjustments={"rounding": AccountText("6603.04", "财务费用-尾差")})
    (entry,) = entries([claim(line("10.00"), line("-0.05", 2, adjustment="rounding"))], own, DAY, BATCH_NO)
    assert told(entry)[1] == ("debit", "6603.04", "-0.05", "adjustment")


def test_an_invoice_of_several_lines_is_one_debit_of_tax() -> None:
    shares = [(TaxShare("X1", Decimal("1.00")),), (TaxShare("X1", Decimal("2.00")), TaxShare("X2", Decimal("0.50")))]
    lines = [line("10.00", 1, taxes=shares[0]), line("20.00", 2, taxes=shares[1])]
    (entry,) = entries([claim(*lines)], chart(), DAY, BATCH_NO)
    taxes = {item.invoice: item.amount for item in entry.postings if item.purpose is Purpose.INPUT_VAT}
    assert taxes == {"X1": Decimal("3.00"), "X2": Decimal("0.50")}


def test_a_claim_of_nothing_makes_no_voucher() -> None:
    assert list(entries([claim(line("0.00"))], chart(), DAY, BATCH_NO)) == []


def test_digests_are_one_line_and_no_longer_than_allowed() -> None:
    long = line("1.00", description="一二三四五\n" * 20)
    (entry,) = entries([claim(long)], chart(digest_max=20), DAY, BATCH_NO)
    assert entry.postings[0].digest == "林一 差旅住宿费 一二三四五 一二三四…"
    assert len(entry.postings[0].digest) == 20


def test_a_description_is_no_pattern() -> None:
    (entry,) = entries([claim(line("1.00", description="{claim_no}"))], chart(), DAY, BATCH_NO)
    assert entry.postings[0].digest == "林一 差旅住宿费 {claim_no}"


@st.composite
def claims(draw: st.DrawFn) -> list[ClaimToBook]:
    made = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        lines = [_line(draw, number, position) for position in range(1, draw(st.integers(1, 5)) + 1)]
        made.append(claim(*lines, claim_no=f"BX-{number}", attachments=draw(st.integers(0, 9))))
    return made


def _line(draw: st.DrawFn, number: int, position: int) -> LineRow:
    amount = Decimal(draw(FEN)).scaleb(-2)
    shares = draw(st.lists(st.tuples(st.sampled_from(["X1", "X2", "X3"]), st.integers(-5_000, 5_000)), max_size=3))
    taxes = tuple(TaxShare(key, Decimal(fen).scaleb(-2)) for key, fen in shares)
    return line(
        f"{amount:.2f}", position, claim_no=f"BX-{number}", paid_by=draw(st.sampled_from([p.value for p in CREDITED])),
        adjustment=draw(st.sampled_from([None, None, "discount", "surcharge"])), taxes=taxes,
        supplier=draw(st.sampled_from(["", "甲", "乙"])),
    )  # fmt: skip


@given(claims(), st.sampled_from(["claim", "batch"]))
def test_vouchers_balance_and_agree_with_the_lines(made: list[ClaimToBook], per: str) -> None:
    every = list(entries(made, chart(one_voucher_per=per), DAY, BATCH_NO))
    postings = [posting for entry in every for posting in entry.postings]
    lines = [item for one in made for item in one.lines]
    assert total_of(postings, Side.DEBIT) == total_of(postings, Side.CREDIT) == sum((r.amount for r in lines), ZERO)
    assert total_of(postings, Side.DEBIT, Purpose.INPUT_VAT) == sum((row.tax for row in lines), ZERO)
    for purpose in CREDITED:
        paid = sum((row.amount for row in lines if row.paid_by == purpose.value), ZERO)
        assert total_of(postings, Side.CREDIT, purpose) == paid
    assert [entry.number for entry in every] == list(range(1, len(every) + 1))


@given(claims(), st.sampled_from(ReversalStyle))
def test_a_batch_and_its_reversal_leave_nothing(made: list[ClaimToBook], style: ReversalStyle) -> None:
    for entry in entries(made, chart(), DAY, BATCH_NO):
        undone = reversal_of(entry, 1, DAY, style)
        assert entry.debits - entry.credits + undone.debits - undone.credits == 0
        assert undone.debits == (-entry.debits if style is ReversalStyle.NEGATIVE else entry.credits)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('voucher_word = "记"', "voucher_word = 1", "voucher_word"),
        ('one_voucher_per = "claim"', 'one_voucher_per = "month"', "one_voucher_per"),
        ("bank = {", "bench = {", "accounts"),
        ('code = "2241.01"', 'code = "2241 01"', "accounts"),
        ("[codes.person]", "[codes.dog]", "codes"),
        ("[accounts]", "[accounts", "accounts.toml"),
    ],
)
def test_a_chart_that_cannot_be_used_is_named(tmp_path, old: str, new: str, told: str) -> None:
    text = (CONFIG / "vouchers" / "accounts.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "accounts.toml").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(BadLayout, match=told):
        load_chart(tmp_path)
