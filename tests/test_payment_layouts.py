"""Payment files: one sum a person, accounts as text, the bank's own captions, and nothing without an account."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from reimburse.domain.money import ZERO
from reimburse.export.layout import Layout, load_layouts
from reimburse.export.layout_rows import DoesNotFit
from reimburse.export.payments import (
    Payee,
    Payer,
    Payment,
    Sums,
    load_payers,
    payer_of,
    payment_group,
)
from reimburse.export.render import render
from tests.booked import BATCH_NO, CONFIG, DAY, HEAD, MADE, line, two_claims

LAYOUTS = load_layouts(CONFIG / "payments")
PAYER = Payer("91990000MA0DEM0011", "9900000000000000011", "示例云帆科技有限公司", "示例银行滨江支行")
PAYEES = {
    "E001": Payee("6222020000000000001", "", "中国工商银行", "工商银行示例市滨江支行"),
    "E002": Payee("6225880000000000002", "吴二二", "示例银行", "示例银行样例支行"),
}
CAPTIONS = {
    "generic": ("收款账号 Account", "金额 Amount", "业务参考号 Reference", "收款户名 Payee"),
    "generic_xlsx": ("收款账号 Account", "金额 Amount", "业务参考号 Reference", "收款户名 Payee"),
    "icbc_xlsx": ("收款账号", "金额", "自定义序号", "收款账号名称"),
    "cmb_xlsx": ("收款人帐号", "金额", "业务参考号", "收款人名称"),
    "cmb_csv": ("收款人帐号", "金额", "业务参考号", "收款人名称"),
}


NAMES = {"E001": "林一", "E002": "吴二"}


def payments() -> list[Payment]:
    sums = Sums()
    for claim in two_claims():
        for row in claim.lines:
            sums.add(row)
    return [
        Payment(f"{BATCH_NO}-{place:03}", number, NAMES[number], amount, ("BX-1",), PAYEES[number])
        for place, (number, amount) in enumerate(sums.owed().items(), start=1)
    ]


def written(layout: Layout, given_payments: list[Payment]) -> bytes:
    target = io.BytesIO()
    group = payment_group(layout, given_payments, PAYER, DAY, f"报销款 {BATCH_NO}")
    render(layout, lambda: [group], target, MADE)
    return target.getvalue()


def table(name: str, data: bytes) -> list[dict[str, Any]]:
    if LAYOUTS[name].ending == "csv":
        return list(csv.DictReader(io.StringIO(data.decode(LAYOUTS[name].encoding), newline="")))
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_the_file_pays_each_person_once(name: str) -> None:
    account, amount, reference, payee = CAPTIONS[name]
    rows = table(name, written(LAYOUTS[name], payments()))
    assert [row[account] for row in rows] == ["6222020000000000001", "6225880000000000002"]
    assert [Decimal(str(row[amount])) for row in rows] == [Decimal("1059.50"), Decimal("88.00")]
    assert [row[reference] for row in rows] == [f"{BATCH_NO}-001", f"{BATCH_NO}-002"]
    assert [row[payee] for row in rows] == ["林一", "吴二二"]


def test_icbc_calls_itself_by_its_short_name() -> None:
    first, second = table("icbc_xlsx", written(LAYOUTS["icbc_xlsx"], payments()))
    assert (first["收款账号开户行"], second["收款账号开户行"]) == ("工商银行", "示例银行样例支行")
    assert (first["日期"], first["币种"], first["明细标志"], first["付款账号/卡号"]) == (
        "20261130", "RMB", "", "9900000000000000011",
    )  # fmt: skip
    assert [row["顺序号"] for row in (first, second)] == [1, 2]


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_nobody_is_paid_without_an_account(name: str) -> None:
    with pytest.raises(DoesNotFit, match="must be given"):
        written(LAYOUTS[name], [*payments(), Payment("R-3", "E003", "郑三", Decimal("5.00"), ("BX-3",))])


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_the_same_payments_give_the_same_bytes(name: str) -> None:
    assert written(LAYOUTS[name], payments()) == written(LAYOUTS[name], payments())


FEN = st.integers(-50_000, 100_000)
LINES = st.lists(st.tuples(st.sampled_from(["E001", "E002", "E003"]), FEN, st.booleans()), max_size=12)


@given(LINES)
def test_what_is_paid_is_what_each_person_laid_out(spent: list[tuple[str, int, bool]]) -> None:
    sums, expected = Sums(), dict.fromkeys(("E001", "E002", "E003"), ZERO)
    for person, fen, own in spent:
        amount = Decimal(fen).scaleb(-2)
        sums.add(line(f"{amount:.2f}", employee_no=person, paid_by="employee" if own else "company_card"))
        expected[person] += amount if own else 0
    assert sums.owed() == {person: amount for person, amount in expected.items() if amount > 0}


@pytest.mark.parametrize(
    ("text", "account", "bank"),
    [
        ("示例银行滨江支行 9900000000000000011", "9900000000000000011", "示例银行滨江支行"),
        ("示例银行 9900 0000 0000 0000 011", "9900000000000000011", "示例银行"),
        ("示例银行滨江支行", "", "示例银行滨江支行"),
        (None, "", ""),
    ],
)
def test_the_payer_is_read_from_the_invoice_title(text: str | None, account: str, bank: str) -> None:
    payer = payer_of(HEAD.tax_id, HEAD.legal_entity, text, load_payers(CONFIG / "payments"))
    assert (payer.account, payer.bank, payer.name) == (account, bank, HEAD.legal_entity)
    assert payer_of(HEAD.tax_id, HEAD.legal_entity, text, [PAYER]) == PAYER
