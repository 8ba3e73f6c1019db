"""Send mails: by SMTP where it is set up, else as files in the data folder's outbox."""

import smtplib
from email.message import EmailMessage
from email.utils import format_datetime

from flask import current_app
from sqlalchemy.orm import Session

from reimburse.services.outbox import mark_done
from reimburse.settings import Settings
from reimburse.store.db import now, transaction
from reimburse.store.notices import MailRow
from reimburse.store.people import PersonRow


def send_mail(mail_id: int, outbox_id: int | None = None) -> None:
    """Send one mail. Run again after it was sent, it does nothing."""
    settings: Settings = current_app.extensions["settings"]
    with transaction() as session:
        mail = session.get_one(MailRow, mail_id)
        if mail.sent_at is None:
            _deliver(_message(session, mail, settings), mail, settings)
            mail.sent_at = now()
        mark_done(session, outbox_id)


def _message(session: Session, mail: MailRow, settings: Settings) -> EmailMessage:
    person = session.get_one(PersonRow, mail.person_id)
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = person.email or ""
    message["Subject"] = mail.subject
    message["Message-ID"] = f"<mail-{mail.id}@reimburse>"
    message["Date"] = format_datetime(mail.created_at)
    message.set_content(mail.body.replace("{public_url}", settings.public_url))
    return message


def _deliver(message: EmailMessage, mail: MailRow, settings: Settings) -> None:
    if not settings.smtp_host:
        folder = settings.data / "outbox"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{mail.id:08}.eml").write_bytes(bytes(message))
        return
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=30) as server:
        if settings.smtp_starttls:
            server.starttls()
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(message)
