"""The title library: the company's invoice titles (开票信息)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.services.errors import NotFound, Refused
from reimburse.store.db import db, now, transaction
from reimburse.store.events import record
from reimburse.store.people import LegalEntityRow, PersonRow
from rules.folding import fold
from rules.tax_id import faults, has_valid_check

LONGEST_NAME, LONGEST_TEXT = 200, 300


@dataclass(frozen=True, slots=True)
class TitleForm:
    """What a title states. ``former_names`` one a line; ``account_name`` as on the seal and the bank account."""

    name: str
    tax_id: str
    address_phone: str = ""
    bank_account: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    former_names: str = ""
    account_name: str = ""


def all_titles() -> list[LegalEntityRow]:
    """Every legal entity by name."""
    return list(db.session.scalars(select(LegalEntityRow).order_by(LegalEntityRow.name)))


def get(title_id: int) -> LegalEntityRow:
    """The title of this id."""
    found = db.session.get(LegalEntityRow, title_id)
    if found is None:
        raise NotFound
    return found


def save(title_id: int | None, form: TitleForm, by: PersonRow | None) -> int:
    """Add a title or change one; its id."""
    refuse_wrong(form)
    with transaction() as session:
        row = session.get(LegalEntityRow, title_id) if title_id else LegalEntityRow()
        if row is None:
            raise NotFound
        _refuse_twice(session, title_id, form)
        row.name, row.tax_id = form.name.strip(), form.tax_id.strip().upper()
        row.address_phone, row.bank_account = form.address_phone.strip() or None, form.bank_account.strip() or None
        row.valid_from, row.valid_to = form.valid_from, form.valid_to
        row.former_names = [name.strip() for name in form.former_names.splitlines() if name.strip()]
        session.add(row)
        session.flush()
        record(session, f"title:{row.id}", "changed" if title_id else "added", by.id if by else None, now(), {})
        return row.id


def refuse_wrong(form: TitleForm) -> None:
    """Refuse a title that every invoice would be returned for: R-04 is judged here, where titles enter."""
    tax_id = form.tax_id.strip().upper()
    if not form.name.strip() or not tax_id:
        raise Refused("名称和税号都要填写。", "Name and tax id are needed.")
    if faults(tax_id):
        raise Refused(
            f"税号“{tax_id[:40]}”不对：应为 18 位（旧税号 15 位），不含 I、O、S、V、Z。",
            f"{tax_id[:40]} is no tax id: it has 18 characters (old ones 15) without I, O, S, V, Z.",
        )
    longest = max(len(form.address_phone), len(form.bank_account), *map(len, form.former_names.splitlines() or [""]))
    if len(form.name.strip()) > LONGEST_NAME or longest > LONGEST_TEXT:
        raise Refused("内容过长，请核对。", "A text is too long: check it.")
    if form.valid_from and form.valid_to and form.valid_to < form.valid_from:
        raise Refused("停用日期早于启用日期。", "It ends before it begins.")
    if form.bank_account.strip() and fold(form.account_name) != fold(form.name):
        raise Refused(
            f"公章、银行账户户名“{form.account_name.strip()}”与抬头“{form.name.strip()}”不一致（R-04）。",
            f'Seal and bank account are in the name of "{form.account_name.strip()}", not of the title (R-04).',
        )


def is_doubtful(tax_id: str) -> bool:
    """Whether the check character of a tax id does not fit, which is rare but lawful (early codes)."""
    return len(tax_id.strip()) == 18 and not has_valid_check(tax_id.strip().upper())


def _refuse_twice(session: Session, title_id: int | None, form: TitleForm) -> None:
    same = (LegalEntityRow.name == form.name.strip(), LegalEntityRow.tax_id == form.tax_id.strip().upper())
    if session.scalar(select(LegalEntityRow.id).where(*same, LegalEntityRow.id != (title_id or 0))):
        raise Refused("这个抬头已在库中。", "This title is in the library already.")


def as_text(title: LegalEntityRow) -> str:
    """The block that is handed to a seller, one item a line."""
    parts = (
        ("名称", title.name),
        ("纳税人识别号", title.tax_id),
        ("地址、电话", title.address_phone),
        ("开户行及账号", title.bank_account),
    )
    return "\n".join(f"{label}：{value}" for label, value in parts if value)
