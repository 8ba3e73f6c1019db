"""The Ministry's electronic statement and receipt of a bank."""

import pytest

from parsers.statements import NotAStatement, read_statement
from reimburse.domain.statement import Statement
from tests.statements.shipped import PROFILES


def instance(voucher: str, facts: str) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<xbrl xmlns="http://www.xbrl.org/2003/instance" xmlns:v="http://xbrl.mof.gov.cn/taxonomy/2023-12-31/{voucher}">
{facts}</xbrl>""".encode()


def facts(**stated: str) -> str:
    return "".join(f'<v:{name} contextRef="c1">{value}</v:{name}>' for name, value in stated.items())


def detail(**stated: str) -> str:
    usual = {
        "DateOfBookkeeping": "2026-03-05",
        "TimeOfBookkeeping": "08:34:23",
        "IdentificationOfCreditOrDebit": "0",
        "TransactionAmount": "12.50",
        "BusinessSerialNumber": "S1",
        "NumberOfBankElectronicReceipt": "R1",
        "NameOfCounterparty": "样例书店有限公司",
        "AccountOfCounterparty": "6222000001",
        "NotesOfBankElectronicReceipt": "货款",
    }
    inside = facts(**{name: value for name, value in (usual | stated).items() if value})
    return f"<v:InformationOfReconcileDetailsTuple>{inside}</v:InformationOfReconcileDetailsTuple>"


def statement(*details: str) -> Statement:
    head = facts(CustomerSettlementBankAccount="6222009999", Currency="CNY")
    (found,) = read_statement("a.xml", instance("bkrs", head + "".join(details)), PROFILES)
    return found


RECEIPT = {
    "NumberOfBankElectronicReceipt": "R1",
    "DateOfBookkeeping": "2026-03-05",
    "Currency": "CNY",
    "TransactionAmountInFigures": "88.00",
    "BusinessSerialNumber": "S1",
    "Usage": "货款",
    "AccountNameOfPayer": "示例科技有限公司",
    "AccountNumberOfPayer": "6222009999",
    "AccountNameOfPayee": "样例书店有限公司",
    "AccountNumberOfPayee": "6222000001",
    "AccountNumberOfRecipient": "6222009999",
}


def test_a_row_of_the_statement() -> None:
    row = statement(detail()).rows[0]
    assert (row.row, row.id, row.reference, row.paid_at.isoformat()) == (1, "R1", "S1", "2026-03-05T08:34:23+08:00")
    assert (row.direction.value, f"{row.amount}", row.currency) == ("out", "12.50", "CNY")
    assert (row.payee, row.payee_account, row.memo) == ("样例书店有限公司", "6222000001", "货款")


@pytest.mark.parametrize(
    ("stated", "direction"),
    [
        ({"IdentificationOfCreditOrDebit": "0"}, "out"),
        ({"IdentificationOfCreditOrDebit": "1"}, "in"),
        ({"IdentificationOfCreditOrDebit": "借"}, "out"),
        ({"IdentificationOfCreditOrDebit": "贷方"}, "in"),
        ({"IdentificationOfCreditOrDebit": "1", "TransactionAmount": "0.00"}, "neutral"),
    ],
)
def test_a_debit_is_money_out_and_a_credit_money_in(stated: dict[str, str], direction: str) -> None:
    assert statement(detail(**stated)).rows[0].direction.value == direction


@pytest.mark.parametrize(
    "stated",
    [
        {"IdentificationOfCreditOrDebit": "7"},
        {"IdentificationOfCreditOrDebit": ""},
        {"TransactionAmount": "many"},
        {"DateOfBookkeeping": ""},
    ],
)
def test_a_broken_row_is_left_out_and_the_rest_is_read(stated: dict[str, str]) -> None:
    found = statement(detail(), detail(**stated), detail(IdentificationOfCreditOrDebit="1"))
    assert [row.row for row in found.rows] == [1, 3]
    assert [left.row for left in found.skipped] == [2]
    assert found.account == "6222009999"


@pytest.mark.parametrize(
    ("stated", "direction", "payee", "account"),
    [
        ({"IdentificationOfCreditOrDebit": "0"}, "out", "样例书店有限公司", "6222009999"),
        ({"IdentificationOfCreditOrDebit": "1"}, "in", "示例科技有限公司", "6222000001"),
        ({}, "out", "样例书店有限公司", "6222009999"),
        ({"AccountNumberOfRecipient": "6222000001"}, "in", "示例科技有限公司", "6222000001"),
    ],
)
def test_a_receipt_is_one_row_seen_by_its_recipient(
    stated: dict[str, str], direction: str, payee: str, account: str
) -> None:
    (found,) = read_statement("a.xml", instance("bker", facts(**(RECEIPT | stated))), PROFILES)
    (row,) = found.rows
    assert (row.direction.value, row.payee, found.account) == (direction, payee, account)
    assert (row.id, f"{row.amount}", row.memo) == ("R1", "88.00", "货款")


@pytest.mark.parametrize(
    ("voucher", "stated", "looks_like"),
    [
        ("bker", {"TransactionAmountInFigures": "88.00"}, "a receiver's booking record of a bank receipt (XBRL)"),
        ("inv", {"NumberOfInvoice": "26990001"}, "an electronic invoice (XBRL)"),
        ("ntrev", {"TotalAmount": "1"}, "an electronic voucher of another kind (XBRL)"),
    ],
)
def test_other_vouchers_are_named(voucher: str, stated: dict[str, str], looks_like: str) -> None:
    with pytest.raises(NotAStatement) as told:
        read_statement("a.xml", instance(voucher, facts(**stated)), PROFILES)
    assert told.value.looks_like.en == looks_like
