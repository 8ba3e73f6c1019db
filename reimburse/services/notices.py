"""Tell a person: in the product always, by mail where they have an address."""

from sqlalchemy import insert, literal, select, update
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.services.errors import NotFound
from reimburse.services.outbox import ask
from reimburse.store.db import Instant, db, now, transaction
from reimburse.store.notices import MailRow, NoticeRow
from reimburse.store.people import PersonRow


def tell(session: Session, person: PersonRow, kind: str, text: Text, link: str, body: Text | None = None) -> None:
    """A notice and, with ``body``, a mail whose first line says what to do. Runs in the caller's transaction.

    ``link`` is a path within the product; the mail gets the full address.
    """
    at = now()
    session.add(NoticeRow(person_id=person.id, kind=kind, zh=text.zh, en=text.en, link=link, created_at=at))
    if body is None or not person.email:
        return
    subject, content = (text.zh, body.zh) if person.language == "zh" else (text.en, body.en)
    mail = MailRow(person_id=person.id, subject=subject, body=f"{content}\n\n{{public_url}}{link}\n", created_at=at)
    session.add(mail)
    session.flush()
    ask(session, "send_mail", mail.id)


def tell_everyone(session: Session, kind: str, text: Text, link: str) -> None:
    """A notice to everybody who works here, in one statement. Runs in the caller's transaction."""
    said = (literal(kind), literal(text.zh), literal(text.en), literal(link), literal(now(), Instant))
    everyone = select(PersonRow.id, *said).where(PersonRow.active)
    columns = ("person_id", "kind", "zh", "en", "link", "created_at")
    session.execute(insert(NoticeRow).from_select(columns, everyone))


def latest(person_id: int, before: int | None = None, limit: int = 30) -> list[NoticeRow]:
    """A person's notices, newest first; those before the notice of this id."""
    query = select(NoticeRow).where(NoticeRow.person_id == person_id).order_by(NoticeRow.id.desc()).limit(limit)
    return list(db.session.scalars(query.where(NoticeRow.id < before) if before else query))


def open_notice(person_id: int, notice_id: int) -> str:
    """Mark a notice read; the path it leads to."""
    with transaction() as session:
        notice = session.get(NoticeRow, notice_id)
        if notice is None or notice.person_id != person_id:
            raise NotFound
        notice.read_at = notice.read_at or now()
        return notice.link


def mark_all_read(person_id: int) -> None:
    """Mark all of a person's notices read."""
    with transaction() as session:
        unread_ones = update(NoticeRow).where(NoticeRow.person_id == person_id, NoticeRow.read_at.is_(None))
        session.execute(unread_ones.values(read_at=now()))
