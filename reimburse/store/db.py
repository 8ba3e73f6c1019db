"""The database session, and how a transaction begins and ends."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Engine, Integer, MetaData, event
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
CHINA = ZoneInfo("Asia/Shanghai")
reading_only: ContextVar[bool] = ContextVar("reading_only", default=False)
"""True while a request only reads: SQLite then takes no write lock at BEGIN."""


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite gives back naive ones, which are UTC here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant."""
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


Key = BigInteger().with_variant(Integer(), "sqlite")
"""Primary keys: 64 bits; SQLite counts up only columns of type INTEGER."""


class Base(DeclarativeBase):
    """The base of every row."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={dict[str, Any]: JSON, list[Any]: JSON, datetime: Instant, list[str]: JSON},
    )


db = SQLAlchemy(model_class=Base)


@contextmanager
def transaction() -> Iterator[Session]:
    """One use case: commits at the end, rolls back on any error."""
    session: Session = db.session()
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def reading() -> Iterator[Session]:
    """A transaction that only looks: it takes no write lock, and is over at the end."""
    before = reading_only.set(True)
    session: Session = db.session()
    try:
        yield session
    finally:
        session.rollback()
        reading_only.reset(before)


def now() -> datetime:
    """The present instant, aware, in UTC. Only services and jobs ask; everything below is given its time."""
    return datetime.now(UTC)


def today() -> date:
    """The present day in China Standard Time."""
    return now().astimezone(CHINA).date()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        # A deferred transaction that turns into a writer fails at once when somebody else wrote in between.
        connection.exec_driver_sql("BEGIN" if reading_only.get() else "BEGIN IMMEDIATE")
