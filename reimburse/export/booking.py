"""Booking data of an invoice as the Ministry of Finance's receiver instance (电子凭证会计数据标准, 接收方).

Concepts and their order are those of the Ministry's toolkit (``*_receiver``, taxonomy of 2023-12-31). Not confirmed by
anybody: which of them an archive system insists on. What we do not know is left out: contract, matching state,
depreciation, the bank's receipt, years of deduction before income tax, the period of the expenditure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from reimburse.domain.ledger import Account, Purpose, Side
from reimburse.domain.money import ZERO, from_fen, money_text, share, to_fen
from reimburse.export.booking_forms import Form
from reimburse.export.cells import one_line
from reimburse.export.chart import Chart
from reimburse.export.rows import InvoiceUse, LineRow
from reimburse.export.voucher import account_of_line

TAXONOMY = "http://xbrl.mof.gov.cn/taxonomy/2023-12-31/"
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:link="http://www.xbrl.org/2003/linkbase"\
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:iso4217="http://www.xbrl.org/2003/iso4217"\
 xmlns:{prefix}="{taxonomy}{prefix}">
  <link:schemaRef xlink:type="simple" xlink:href="{schema}_2023-12-31.xsd"/>
  <xbrli:context id="c1">
    <xbrli:entity><xbrli:identifier scheme="http://xbrl.mof.gov.cn">{tax_id}</xbrli:identifier></xbrli:entity>
    <xbrli:period><xbrli:instant>{day}</xbrli:instant></xbrli:period>
  </xbrli:context>
  <xbrli:unit id="u1"><xbrli:measure>iso4217:CNY</xbrli:measure></xbrli:unit>"""
SIDES = {Side.DEBIT: "借方", Side.CREDIT: "贷方"}
UNVERIFIED = (
    "哪些元素为归档系统必填未经证实 / which concepts an archive insists on is not confirmed",
    "用途确认、抵扣期间取自勾选状态，未勾选时为否 / usage and period follow the selection for deduction",
)


@dataclass(frozen=True, slots=True)
class Booked:
    """How an invoice was booked: the voucher and the part of its postings that rests on this invoice."""

    voucher_no: str
    made_on: date
    digest: str
    postings: tuple[tuple[Side, Account, Decimal], ...]
    paid: bool


def booked(
    use: InvoiceUse, lines: Sequence[LineRow], taken: Mapping[str, Decimal], chart: Chart, voucher_no: str, on: date
) -> Booked:
    """What of the claim's lines rests on this invoice; a line with several is divided by what is taken of each."""
    debits: dict[tuple[Side, Account], Decimal] = {}
    credited: dict[tuple[Side, Account], Decimal] = {}
    resting = [line for line in lines if use.key in line.invoices]
    for line in resting:
        weights = [to_fen(abs(taken.get(key, ZERO))) for key in line.invoices]
        amount = from_fen(share(to_fen(line.amount), weights)[line.invoices.index(use.key)])
        tax = sum((part.amount for part in line.taxes if part.invoice == use.key), ZERO)
        _add(debits, (Side.DEBIT, account_of_line(line, chart)), amount - tax)
        _add(debits, (Side.DEBIT, chart.account_of(Purpose.INPUT_VAT)), tax)
        _add(credited, (Side.CREDIT, chart.account_of(Purpose(line.paid_by))), amount)
    postings = tuple((side, account, amount) for (side, account), amount in [*debits.items(), *credited.items()])
    digest = "；".join(dict.fromkeys(line.description for line in resting if line.description))
    paid = bool(resting) and all(line.paid_by != Purpose.EMPLOYEE.value for line in resting)
    return Booked(voucher_no, on, one_line(digest), tuple(item for item in postings if item[2]), paid)


def booking_xml(form: Form, use: InvoiceUse, how: Booked, entity: str, tax_id: str) -> bytes:
    """The instance: facts of the invoice, of the accounting entity, and of the voucher that books it."""
    day = f"{how.made_on:%Y-%m-%d}"
    lines = [
        HEAD.format(prefix=form.prefix, taxonomy=TAXONOMY, schema=form.schema, tax_id=escape(tax_id), day=day),
        *_invoice(form, use, how),
        _fact(form, "UnifiedSocialCreditCodeOfAccountingEntity", tax_id),
        _fact(form, "NameOfAccountingEntity", entity),
        *_voucher(form, how, day),
        "</xbrli:xbrl>",
    ]
    return ("\n".join(line for line in lines if line) + "\n").encode()


def _invoice(form: Form, use: InvoiceUse, how: Booked) -> Iterator[str]:
    known: dict[str, str | Decimal | None] = {
        "number": use.number,
        "unique": use.code + use.number,
        "seller": one_line(use.seller_name or ""),
        "seller_tax_id": use.seller_tax_id,
        "net": use.amount_excl_tax,
        "tax": use.tax_amount,
        "total": use.total_incl_tax,
        "issued": use.issue_date.isoformat() if use.issue_date else None,
        "red": _yes(use.red_letter),
        "checked": _yes(use.verified),
        "booked": "true",
        "confirmed": _yes(use.selected_for is not None),
        "usage": ("抵扣税款" if use.deductible else "不抵扣") if use.selected_for is not None else None,
        "usage_period": use.selected_for,
        "deducted": _yes(use.selected_for is not None and bool(use.deductible)),
        "paid": _yes(how.paid),
        "transferred": "false",
    }
    for fact, concept in form.concepts.items():
        yield _fact(form, concept, known[fact])


def _voucher(form: Form, how: Booked, day: str) -> Iterator[str]:
    yield f"  <{form.prefix}:InformationOfAccountingDocumentsTuple>"
    yield _fact(form, "NumberOfAccountingDocuments", how.voucher_no, "    ")
    yield _fact(form, "PostingDate", day, "    ")
    yield _fact(form, "AccountingPeriod", day[:7], "    ")
    yield _fact(form, "SummaryOfAccountingDocuments", how.digest, "    ")
    for side, account, amount in how.postings:
        general, _, subsidiary = account.name.partition("-")
        yield f"    <{form.prefix}:InformationOfDebitAndCreditEntryTuple>"
        yield _fact(form, "DebitOrCredit", SIDES[side], "      ")
        yield _fact(form, "NameOfGeneralLedgerSubject", general or account.code, "      ")
        yield _fact(form, "NameOfSubsidiaryLedgerSubject", subsidiary, "      ")
        yield _fact(form, "RecordedAmount", amount, "      ")
        yield f"    </{form.prefix}:InformationOfDebitAndCreditEntryTuple>"
    yield f"  </{form.prefix}:InformationOfAccountingDocumentsTuple>"


def _fact(form: Form, concept: str, value: str | Decimal | None, indent: str = "  ") -> str:
    """One fact; nothing where there is none."""
    if value is None or value == "":
        return ""
    name = f"{form.prefix}:{concept}"
    if isinstance(value, Decimal):
        return f'{indent}<{name} decimals="2" contextRef="c1" unitRef="u1">{money_text(value)}</{name}>'
    return f'{indent}<{name} contextRef="c1">{escape(value)}</{name}>'


def _yes(truth: bool) -> str:
    return "true" if truth else "false"


def _add(sums: dict[tuple[Side, Account], Decimal], key: tuple[Side, Account], amount: Decimal) -> None:
    sums[key] = sums.get(key, ZERO) + amount
