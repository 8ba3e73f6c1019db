"""Tell a person: in the product always, by mail where they have an address."""

from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.services.outbox import ask
from reimburse.store.db import now
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
