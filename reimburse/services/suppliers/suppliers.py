"""Credit files of sellers: opened when an invoice of a seller is first seen, kept by finance, summed up by a job."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.invoice_json import Json
from reimburse.services.access import finance_only
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.outbox import ask
from reimburse.store.absent import insert_if_absent
from reimburse.store.db import now, transaction
from reimburse.store.people import PersonRow
from reimburse.store.suppliers import SupplierNoteRow, SupplierRow

LEVELS = {
    "normal": Text("正常", "normal"),
    "watch": Text("关注", "watched"),
    "blocked": Text("禁用", "blocked"),
}
TAXPAYERS = {
    "unknown": Text("未知", "unknown"),
    "general": Text("一般纳税人", "general taxpayer"),
    "small": Text("小规模纳税人", "small-scale taxpayer"),
}
CHANGED = {
    "level": (Text("等级", "level"), LEVELS),
    "taxpayer": (Text("纳税人类型", "taxpayer"), TAXPAYERS),
    "related": (Text("关联方", "related party"), {"True": Text("是", "yes"), "False": Text("否", "no")}),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What finance decides about a seller."""

    level: str
    taxpayer: str
    related: bool


def touch(session: Session, tax_id: str | None, name: str | None) -> None:
    """Something happened to an invoice of this seller: open its file, or mark its figures stale."""
    if not tax_id or insert_if_absent(session, SupplierRow, {"tax_id": tax_id, "name": name or ""}):
        return
    fresh = update(SupplierRow).where(SupplierRow.tax_id == tax_id, SupplierRow.stale.is_(False))
    session.execute(fresh.values(stale=True).execution_options(synchronize_session=False))


def ask_for_figures(session: Session, tax_id: str | None) -> None:
    """Have this seller's figures computed soon: rules read them."""
    if tax_id:
        touch(session, tax_id, None)
        ask(session, "summarise_supplier", tax_id)


def annotate(person: PersonRow, tax_id: str, text: str) -> None:
    """Write a note into the file."""
    finance_only(person)
    if not text.strip():
        raise Refused("请写下备注内容。", "Write the note first.")
    with transaction() as session:
        _note(session, _locked(session, tax_id), person, text)


def change(person: PersonRow, tax_id: str, standing: Standing, reason: str, version: int) -> None:
    """Set level, taxpayer and relation, with the reason; the file keeps who changed what and when."""
    finance_only(person)
    if standing.level not in LEVELS or standing.taxpayer not in TAXPAYERS:
        raise Refused("请选择等级和纳税人类型。", "Choose a level and a kind of taxpayer.")
    if not reason.strip():
        raise Refused("请说明调整的理由。", "Give the reason for the change.")
    with transaction() as session:
        row = _locked(session, tax_id)
        if row.version != version:
            raise Stale
        changed = _changes(row, standing)
        if changed:
            row.level, row.taxpayer, row.related = standing.level, standing.taxpayer, standing.related
            _note(session, row, person, reason, changed)


def fact_of(row: SupplierRow) -> Json:
    """An entry of the contract's ``suppliers``."""
    return {
        "tax_id": row.tax_id,
        "level": row.level,
        "taxpayer": None if row.taxpayer == "unknown" else row.taxpayer,
        "related": row.related,
        "unreported": row.unreported,
        "voids_90d": row.voids_90d,
    }


def _changes(row: SupplierRow, standing: Standing) -> str:
    """What changes, in the words of the contract; ``changes_of`` puts it into words for people."""
    before, after = (row.level, row.taxpayer, row.related), (standing.level, standing.taxpayer, standing.related)
    changed = zip(("level", "taxpayer", "related"), before, after, strict=True)
    return ", ".join(f"{name}: {old} → {new}" for name, old, new in changed if old != new)


def changes_of(change: str) -> Text:
    """A recorded change in words.

    >>> changes_of("level: normal → watch, related: False → True").zh
    '等级：正常 → 关注，关联方：否 → 是'
    """
    said = []
    for part in change.split(", ") if change else ():
        name, _, values = part.partition(": ")
        title, words = CHANGED[name]
        old, _, new = values.partition(" → ")
        said.append(
            Text(f"{title.zh}：{words[old].zh} → {words[new].zh}", f"{title.en}: {words[old].en} → {words[new].en}")
        )
    return Text("，".join(text.zh for text in said), ", ".join(text.en for text in said))


def _note(session: Session, row: SupplierRow, person: PersonRow, text: str, change: str = "") -> None:
    said = text.strip()[:2000]
    session.add(SupplierNoteRow(tax_id=row.tax_id, by_id=person.id, at=now(), text=said, change=change))
    session.flush()


def _locked(session: Session, tax_id: str) -> SupplierRow:
    query = select(SupplierRow).where(SupplierRow.tax_id == tax_id).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row
