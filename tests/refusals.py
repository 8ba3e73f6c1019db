"""What the database refuses."""

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from reimburse.store.db import db


def refusal(statement: str) -> str:
    """What the database says to this statement; nothing where it does it (and it is taken back)."""
    try:
        db.session.execute(text(statement))
    except DatabaseError as error:
        return str(error.orig)
    finally:
        db.session.rollback()
    return ""
