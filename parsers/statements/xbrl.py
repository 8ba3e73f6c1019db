"""The Ministry of Finance's electronic bank statement (``bkrs``) and bank receipt (``bker``), as XBRL instances."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial

from parsers import safe_xml
from parsers.document import Document
from parsers.errors import ParseError, TooLarge, Unsafe
from parsers.normalise import compact, printed
from parsers.statements.cells import BadRow
from parsers.statements.errors import Broken, NotAStatement, OverLimit, Refused
from parsers.statements.natures import ordinary
from parsers.statements.profile import Kind
from parsers.statements.values import CHINA, amount, clock, currency, day, parts_of
from parsers.xbrl.concepts import FIELDS
from parsers.xbrl.instance import Instance, fact_in, instance_of
from reimburse.domain.finding import Text
from reimburse.domain.statement import Direction, SkippedRow, Statement, StatementRow

STATEMENT, RECEIPT = "bkrs", "bker"
ROWS = "InformationOfReconcileDetailsTuple"
CREDIT = frozenset({"1", "贷", "贷方", "C", "CR", "CREDIT", "收入", "来账"})
DEBIT = frozenset({"0", "借", "借方", "D", "DR", "DEBIT", "支出", "往账"})
"""Seen from the bank's side: a debit is money out of the customer's account."""
Facts = Callable[[str], str | None]


def is_instance(data: bytes) -> bool:
    """Whether the root element is ``xbrl``."""
    return safe_xml.root_name(data) == "xbrl"


def read(document: Document) -> tuple[Statement, ...]:
    """The statement in the instance; a receipt is a statement of one row, numbered 1."""
    instance = _instance(document.data)
    voucher = instance.voucher if instance else ""
    if instance and voucher == STATEMENT:
        return (_statement(instance),)
    if instance and voucher == RECEIPT and instance.fact("DateOfBookkeeping"):
        return (_receipt(instance),)
    if voucher == RECEIPT:
        raise NotAStatement(
            Text("电子回单的接收方记账文件（XBRL）", "a receiver's booking record of a bank receipt (XBRL)")
        )
    if voucher in FIELDS:
        raise NotAStatement(Text("一张电子发票或票据（XBRL）", "an electronic invoice (XBRL)"))
    raise NotAStatement(Text("另一种电子凭证（XBRL）", "an electronic voucher of another kind (XBRL)"))


def _instance(data: bytes) -> Instance | None:
    try:
        return instance_of(safe_xml.parse(data))
    except TooLarge:
        raise OverLimit from None
    except Unsafe:
        raise Refused from None
    except ParseError:
        raise Broken from None


def _statement(instance: Instance) -> Statement:
    rows: list[StatementRow] = []
    skipped: list[SkippedRow] = []
    usual = currency(instance.fact("Currency") or "") or "CNY"
    for number, group in enumerate(instance.tuples(ROWS), 1):
        try:
            rows.append(_detail(number, partial(fact_in, group), usual))
        except BadRow as problem:
            skipped.append(SkippedRow(number, problem.why))
    account = instance.fact("CustomerSettlementBankAccount")
    return Statement(STATEMENT, account, tuple(rows), tuple(skipped))


def _detail(number: int, fact: Facts, usual: str) -> StatementRow:
    direction = _direction(fact)
    other = (fact("NameOfCounterparty"), fact("AccountOfCounterparty"))
    said = (fact("NotesOfBankElectronicReceipt"), fact("OtherAccountingInformation"), fact("TypesOfBusinessProducts"))
    return _row(number, fact, (direction, _amount(fact("TransactionAmount")), usual), other, said)


def _receipt(instance: Instance) -> Statement:
    fact = instance.fact
    direction = _direction(fact)
    payer = (fact("AccountNameOfPayer"), fact("AccountNumberOfPayer"))
    payee = (fact("AccountNameOfPayee"), fact("AccountNumberOfPayee"))
    own, other = (payee, payer) if direction is Direction.IN else (payer, payee)
    said = (fact("Usage"), fact("Notes"), fact("BusinessProductType"))
    usual = currency(fact("Currency") or "") or "CNY"
    try:
        row = _row(1, fact, (direction, _amount(fact("TransactionAmountInFigures")), usual), other, said)
    except BadRow as problem:
        return Statement(RECEIPT, own[1], (), (SkippedRow(1, problem.why),))
    return Statement(RECEIPT, own[1], (row,), ())


def _row(
    number: int,
    fact: Facts,
    moved: tuple[Direction, Decimal, str],
    other: tuple[str | None, str | None],
    said: tuple[str | None, ...],
) -> StatementRow:
    direction, money, usual = moved
    on, at = parts_of(fact("DateOfBookkeeping") or "")
    paid_on = day(on)
    if paid_on is None:
        raise BadRow("没有日期", "no date")
    time = clock(at or fact("TimeOfBookkeeping") or "")
    memo = "；".join(dict.fromkeys(text for part in said[:2] if (text := printed(part)))) or printed(said[2])
    receipt, serial = fact("NumberOfBankElectronicReceipt"), fact("BusinessSerialNumber")
    return StatementRow(
        row=number,
        id=receipt or serial,
        paid_on=paid_on,
        paid_at=datetime.combine(paid_on, time, CHINA) if time else None,
        direction=direction if money else Direction.NEUTRAL,
        amount=abs(money),
        currency=usual,
        payee=printed(other[0]),
        payee_account=other[1],
        memo=memo,
        status=None,
        fee=None,
        nature=ordinary(Kind.BANK, tuple(filter(None, said)), other[0]),
        reference=serial if receipt else None,
    )


def _direction(fact: Facts) -> Direction:
    """By the mark of credit or debit; where that is missing, by whose account the recipient's is."""
    mark = compact(fact("IdentificationOfCreditOrDebit") or "").upper()
    own = fact("AccountNumberOfRecipient")
    if mark in CREDIT or (not mark and own and own == fact("AccountNumberOfPayee")):
        return Direction.IN
    if mark in DEBIT or (not mark and own and own == fact("AccountNumberOfPayer")):
        return Direction.OUT
    raise BadRow(f"借贷标志无法识别：{mark}", f"neither debit nor credit: {mark}")


def _amount(text: str | None) -> Decimal:
    found = amount(text or "")
    if found is None:
        raise BadRow(f"金额无法识别：{text or ''}", f"not an amount: {text or ''}")
    return found.value
