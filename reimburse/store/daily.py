"""Which daily work was asked for last on which day."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from reimburse.store.db import Base


class DailyRunRow(Base):
    """A daily job and the last day it was asked for."""

    __tablename__ = "daily_runs"

    job: Mapped[str] = mapped_column(String(100), primary_key=True)
    asked_on: Mapped[date]
