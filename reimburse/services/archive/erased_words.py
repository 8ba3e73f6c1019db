"""What people were told of a claim, in the product and by mail, goes when the claim is erased."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from reimburse.domain.finding import Text
from reimburse.domain.workflow import ClaimState
from reimburse.settings import Settings
from reimburse.store.archive import ErasureRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now
from reimburse.store.invoices import InvoiceRow
from reimburse.store.notices import MailRow, NoticeRow

GONE = Text("内容已按法定期限删除", "Erased by law")
"""What stands in the place of what was said."""
LINKS = {"invoice": "/invoices/", "payout": "/payouts/"}
"""Pages about what goes with a claim, by the family of its chain."""
CLAIM_NO = re.compile(r"[A-Za-z]+\d[\w-]*", re.ASCII)
Columns = Sequence[InstrumentedAttribute[str]]


def erase_words(session: Session, claim: ClaimRow, chains: Iterable[str]) -> dict[str, int]:
    """Blank the notices and mails that name the claim, or what of it goes (by chain); how many of each.

    What names another claim that is still kept stays until that one is erased.
    """
    names = _names(session, claim, chains)
    notices = _about(session, NoticeRow, (NoticeRow.zh, NoticeRow.en, NoticeRow.link), names, claim)
    for notice in notices:
        notice.zh, notice.en = GONE
    mails = _about(session, MailRow, (MailRow.subject, MailRow.body), names, claim)
    for mail in mails:
        mail.subject, mail.body = GONE.zh, GONE.en
        mail.sent_at = mail.sent_at or now()
    session.flush()
    return {name: number for name, number in (("notices", len(notices)), ("mails", len(mails))) if number}


def remove_written_mails(session: Session) -> int:
    """Do away with the files of mails that were erased, where there was no server to send them; how many."""
    settings: Settings = current_app.extensions["settings"]
    erased = select(MailRow.id).where(MailRow.subject == GONE.zh, MailRow.body == GONE.en)
    written = [settings.data / "outbox" / f"{mail_id:08}.eml" for mail_id in session.scalars(erased)]
    found = [path for path in written if path.is_file()]
    for path in found:
        path.unlink()
    return len(found)


def _names(session: Session, claim: ClaimRow, chains: Iterable[str]) -> list[str]:
    """By what a text names the claim: its number, its invoices' numbers, the addresses of their pages."""
    owners = [chain.split(":") for chain in chains]
    of_page = [f"{LINKS[family]}{owner}" for family, owner in owners if family in LINKS]
    invoices = [int(owner) for family, owner in owners if family == "invoice"]
    numbers = session.scalars(select(InvoiceRow.number).where(InvoiceRow.id.in_(invoices)))
    return [claim.claim_no, *(number for number in numbers if number), *of_page]


def _about(session: Session, row: Any, columns: Columns, names: Sequence[str], claim: ClaimRow) -> list[Any]:
    whole = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in names))
    found = []
    for one in session.scalars(select(row).where(_any_of(columns, names)).with_for_update()):
        text = "\n".join(getattr(one, column.key) for column in columns)
        if whole.search(text) and not _names_another(session, text, claim):
            found.append(one)
    return found


def _any_of(columns: Columns, names: Iterable[str]) -> ColumnElement[bool]:
    return or_(*(column.contains(name, autoescape=True) for name in names for column in columns))


def _names_another(session: Session, text: str, claim: ClaimRow) -> bool:
    """Whether the text names another claim that was neither deleted nor erased."""
    others = set(CLAIM_NO.findall(text)) - {claim.claim_no}
    living = select(ClaimRow.id).where(ClaimRow.claim_no.in_(others), ClaimRow.state != ClaimState.DELETED.value)
    return session.scalar(living.where(ClaimRow.id.not_in(select(ErasureRow.claim_id))).limit(1)) is not None
