"""What the rules learn of the payments of a claim's invoices, by the query that asks about those."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from reimburse.domain.invoice_json import Json
from reimburse.domain.money import from_fen, money_text
from reimburse.services.matching.match_groups import CONFIRMED
from reimburse.services.statements.payment_accounts import OF_COMPANY
from reimburse.store.claims import ClaimRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.matches import MatchGroupRow, MatchInvoiceRow, MatchPaymentRow
from reimburse.store.payments import PaymentAccountRow, PaymentRow, StatementPartRow

BY_COMPANY = frozenset({"company_card", "company_transfer"})


@dataclass(frozen=True, slots=True)
class Paid:
    """What is known of one invoice's payment: facts by payment, and whether a company statement holds its day."""

    facts: dict[int, Json] = field(default_factory=dict)
    covered: bool = False


def with_payments(query: Select[*tuple[Any, ...]], claim: ClaimRow) -> Select[*tuple[Any, ...]]:
    """The query on invoices with three columns more, and a row for each payment of each.

    The payments are those of groups that are confirmed, or of which there is no doubt.
    """
    member, group, of_group = aliased(MatchInvoiceRow), aliased(MatchGroupRow), aliased(MatchPaymentRow)
    sure = or_(group.state == CONFIRMED, group.is_unique)
    return (
        query.add_columns(PaymentRow, group.evidence, _covered(claim))
        .outerjoin(member, and_(member.code == InvoiceRow.code, member.number == InvoiceRow.number))
        .outerjoin(group, and_(group.id == member.group_id, sure))
        .outerjoin(of_group, of_group.group_id == group.id)
        .outerjoin(PaymentRow, PaymentRow.id == of_group.payment_id)
    )


def paid(rows: Iterable[tuple[PaymentRow | None, Sequence[Json] | None, bool]]) -> Paid:
    """One invoice's payments from the three columns of its rows."""
    facts, covered = {}, False
    for payment, evidence, holds in rows:
        covered = bool(holds)
        if payment:
            facts[payment.id] = _fact(payment, evidence or ())
    return Paid(facts, covered)


def of_claim(claim: ClaimRow, known: Sequence[Paid]) -> Json:
    """The contract's ``payments``; absent where statements that would show one have not been imported.

    What a person paid may have gone out of any pocket: of that only a payment that is there says something.
    """
    by_company = all(line.paid_by in BY_COMPANY for line in claim.lines)
    if not known or not all(one.facts or (by_company and one.covered) for one in known):
        return {}
    facts = {key: fact for one in known for key, fact in one.facts.items()}
    return {"payments": [facts[key] for key in sorted(facts)]}


def _covered(claim: ClaimRow) -> ColumnElement[bool]:
    """Whether an imported statement of an account of the claim's legal entity holds the invoice's day."""
    part = select(StatementPartRow.id).join(PaymentAccountRow, PaymentAccountRow.id == StatementPartRow.account_id)
    holds = and_(StatementPartRow.first_on <= InvoiceRow.issue_date, StatementPartRow.last_on >= InvoiceRow.issue_date)
    return exists(
        part.where(holds, PaymentAccountRow.legal_entity_id == claim.legal_entity_id, OF_COMPANY).correlate(InvoiceRow)
    )


def _fact(row: PaymentRow, evidence: Sequence[Json]) -> Json:
    """A payment as rules see it; a payee who is the seller by another name stands there as the seller."""
    names = (told["value"].partition(" ~ ") for told in evidence if told.get("why"))
    seller = next((seller for payee, _, seller in names if payee == row.payee), None)
    return {
        "payee": seller or row.payee or None,
        "amount": money_text(from_fen(row.paid_fen)),
        "paid_on": row.paid_on.isoformat(),
    }
