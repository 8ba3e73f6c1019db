"""How many queries a request asks."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from reimburse.store.db import db


@contextmanager
def count_queries() -> Iterator[list[str]]:
    """The statements that run within the block, BEGIN and the like left out."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip()[:6].upper() in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
