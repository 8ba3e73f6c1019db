"""Which daily work was asked for last on which day."""

from datetime import date

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from reimburse.store.db import Base


class DailyRunRow(Base):
    """A daily job and the last day it was asked for. ``up_to``: the id to which one that goes through rows has come."""

    __tablename__ = "daily_runs"

    job: Mapped[str] = mapped_column(String(100), primary_key=True)
    asked_on: Mapped[date]
    up_to: Mapped[int | None] = mapped_column(BigInteger)
