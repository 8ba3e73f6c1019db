"""What people change on an invoice by hand: what was missing is accepted, what a document states is a proposal.

A proposal stands as a conflict until finance has decided it. Identity and money of an invoice with native XML, XBRL or
an intact seal are never changed by hand; between sources in conflict only what such a source states can be chosen.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from parsers.witness import shaped
from reimburse.domain.composition import COMPARED, compose
from reimburse.domain.finding import Text
from reimburse.domain.invoice_fields import is_missing, same, value_at
from reimburse.domain.invoice_words import FIELDS, field_name
from reimburse.domain.told import Told, is_proved
from reimburse.domain.workflow import EDITABLE, FINANCE, Role
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.invoices.composing import corrections_of, recompose, told_by
from reimburse.services.invoices.invoice_merge import chain_of, held, merge
from reimburse.services.invoices.wallet import DONE, LIVE
from reimburse.services.notices import tell
from reimburse.store.claims import ClaimInvoiceRow, ClaimRow
from reimburse.store.db import now, transaction
from reimburse.store.events import record
from reimburse.store.invoices import FieldCorrectionRow, InvoiceRow
from reimburse.store.people import PersonRow, RoleGrantRow

BY_HAND = frozenset(FIELDS) - {"kind", "red_letter", "red_letter_of.code", "red_letter_of.number", "total_in_words"}
"""Fields that a person may fill in; ``lines`` is the name of the item."""
AMOUNTS = frozenset({"amount_excl_tax", "tax_amount", "total_incl_tax"})
PROVED = frozenset({*COMPARED, "lines"})


def may_be_filled_in(invoice: InvoiceRow, field: str) -> bool:
    """Whether a person may write the field: one of ``BY_HAND``, or the name of a line that was read without one."""
    named = (row.field for row in invoice.corrections)
    return field in BY_HAND or (field.endswith(".item_name") and (field in invoice.missing or field in named))


def correct(person: PersonRow, invoice_id: int, field: str, text: str) -> tuple[int, str]:
    """Complete or propose a field of one's own invoice: (id of the invoice, "accepted" or "proposed").

    The id is another one where the number showed that the invoice was already there.
    """
    with transaction() as session:
        invoice = _own(session, person.id, invoice_id)
        value = _value(invoice, field, text)
        state = _state_for(invoice, field, value)
        _replace_earlier(invoice, field, state)
        row = FieldCorrectionRow(
            invoice_id=invoice.id,
            field=field,
            value=value,
            previous=_text_of(value_at(invoice.data, field)),
            by_id=person.id,
            at=now(),
            state=state,
        )
        session.add(row)
        session.flush()
        _record(session, row, "completed" if state == "accepted" else "proposed", person.id)
        if state == "proposed":
            _tell_finance(session, invoice, row)
        return _settle(session, invoice, person.id), state


def decide(person: PersonRow, correction_id: int, *, confirm: bool) -> int:
    """Finance confirms or refuses a proposal; the id of the invoice."""
    with transaction() as session:
        row = session.get(FieldCorrectionRow, correction_id, with_for_update=True, populate_existing=True)
        if row is None or not person.roles() & FINANCE:
            raise NotFound
        if row.state != "proposed":
            raise Stale
        if row.by_id == person.id:
            raise Refused(
                "不能确认自己提出的更改，请由另一位财务人员确认。", "Another finance person has to confirm it."
            )
        invoice = session.get_one(InvoiceRow, row.invoice_id, with_for_update={"of": InvoiceRow})
        _refuse_in_review(session, invoice)
        row.state, row.decided_by_id, row.decided_at = ("confirmed" if confirm else "refused"), person.id, now()
        _record(session, row, row.state, person.id)
        invoice_id = _settle(session, invoice, person.id)
        _tell_proposer(session, row, invoice_id)
        return invoice_id


def _own(session: Session, person_id: int, invoice_id: int) -> InvoiceRow:
    invoice = session.get(InvoiceRow, invoice_id, with_for_update={"of": InvoiceRow}, populate_existing=True)
    if invoice is None or invoice.holder_id != person_id:
        raise NotFound
    _refuse_in_review(session, invoice)
    return invoice


def _refuse_in_review(session: Session, invoice: InvoiceRow) -> None:
    fixed = [state.value for state in (*LIVE, *DONE) if state not in EDITABLE]
    query = select(ClaimRow.claim_no).join(ClaimInvoiceRow, ClaimInvoiceRow.claim_id == ClaimRow.id)
    claim_no = session.scalar(query.where(ClaimInvoiceRow.invoice_id == invoice.id, ClaimRow.state.in_(fixed)).limit(1))
    if claim_no:
        raise Refused(
            f"发票在已提交的报销单 {claim_no} 上，现在不能更改；请先撤回或等待退回。",
            f"The invoice stands on submitted claim {claim_no}: recall it first, or wait until it is returned.",
        )


def _value(invoice: InvoiceRow, field: str, text: str) -> str:
    """The value in the form of the field; outside BY_HAND only what a source in conflict states can be chosen."""
    if not may_be_filled_in(invoice, field):
        stated = next((conflict["values"].values() for conflict in invoice.conflicts if conflict["field"] == field), ())
        if text not in stated or field == "total_in_words":
            raise Refused("这个字段不能手工填写。", "This field cannot be filled in by hand.")
        return text
    value = shaped(field, text.strip()[:300])
    if value is None:
        name = field_name(field)
        raise Refused(
            f"“{text.strip()[:40]}”不是有效的{name.zh}，请按票面填写。",
            f"“{text.strip()[:40]}” is no valid {name.en.lower()}: write it as printed.",
        )
    if field in AMOUNTS and value.startswith("-") and not invoice.data.get("red_letter"):
        raise Refused(
            "金额不能为负；红字发票请上传原始文件，由系统识别。",
            "An amount is not negative. Upload the original of a red letter: it is recognised from the file.",
        )
    return value


def _state_for(invoice: InvoiceRow, field: str, value: str) -> str:
    """``accepted`` where no document states the field, else ``proposed``."""
    told = told_by(invoice)
    composed = compose(told)
    stated = value_at(composed.data, field)
    if is_missing(stated):
        return "accepted"
    if field == "lines" or (field not in composed.conflicts and same(stated, value)):
        raise Refused("与票面一致，不需要更改。", "That is what the document states already.")
    _refuse_proved(told, field, value)
    return "proposed"


def proved_values(told: Sequence[Told], field: str) -> list[Any]:
    """What native data or intact seals state for a field of identity or money: not to be changed by hand."""
    if field not in PROVED:
        return []
    return [stated for item in told if is_proved(item) and (stated := value_at(item.data["invoice"], field))]


def _refuse_proved(told: Sequence[Told], field: str, value: str) -> None:
    proved = proved_values(told, field)
    if proved and not any(same(stated, value) for stated in proved):
        raise Refused(
            "原始数据（XML、XBRL 或完好的签章）已证明这个字段，不能手工更改。如开票有误，请联系销售方红冲重开。",
            "Native data or an intact seal proves this field, so it is not changed by hand. "
            "If the invoice is wrong, ask the seller to reverse and reissue it.",
        )


def _replace_earlier(invoice: InvoiceRow, field: str, state: str) -> None:
    for row in invoice.corrections:
        if row.field == field and row.state == state:
            row.state = "replaced"


def _settle(session: Session, invoice: InvoiceRow, actor_id: int) -> int:
    """Compose the invoice anew, or merge it with the one that already has its key."""
    session.flush()
    session.expire(invoice, ["readings", "corrections"])
    data = compose(told_by(invoice), corrections_of(invoice)).data
    other = held(session, invoice.holder_id, data.get("code") or "", data.get("number"))
    if other is None or other.id == invoice.id:
        recompose(session, invoice)
        return invoice.id
    merge(session, invoice, other, actor_id)
    return other.id


def _record(session: Session, row: FieldCorrectionRow, kind: str, actor_id: int) -> None:
    record(session, chain_of(row.invoice_id), kind, actor_id, now(), {"correction": row.id, "field": row.field})


def _tell_finance(session: Session, invoice: InvoiceRow, row: FieldCorrectionRow) -> None:
    reviewers = select(PersonRow).join(RoleGrantRow).where(RoleGrantRow.role == Role.FINANCE_REVIEWER.value)
    name = field_name(row.field)
    text = Text(
        f"请确认发票 {invoice.number or ''} 的{name.zh}：{row.value}",
        f"Confirm the {name.en.lower()} of invoice {invoice.number or ''}: {row.value}",
    )
    for reviewer in session.scalars(reviewers.where(PersonRow.active, PersonRow.id != row.by_id)).unique():
        tell(session, reviewer, "correction_proposed", text, f"/corrections#correction-{row.id}")


def _tell_proposer(session: Session, row: FieldCorrectionRow, invoice_id: int) -> None:
    name = field_name(row.field)
    text = {
        "confirmed": Text(f"财务已确认{name.zh}：{row.value}", f"Finance confirmed the {name.en.lower()}: {row.value}"),
        "refused": Text(
            f"财务未同意把{name.zh}改为 {row.value}，以票面为准。",
            f"Finance did not accept {row.value} as {name.en.lower()}: what the document states holds.",
        ),
    }[row.state]
    link = f"/invoices/{invoice_id}#{row.field}"
    tell(session, session.get_one(PersonRow, row.by_id), "correction_decided", text, link)


def _text_of(value: object) -> str | None:
    return None if is_missing(value) or isinstance(value, (list, dict)) else str(value)
