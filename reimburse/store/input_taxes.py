"""Input VAT as finance ruled it (decision 30): the lines where it is not what the policy says."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from reimburse.store.db import Base


class LineInputTaxRow(Base):
    """The deductible input VAT of a line as somebody in finance ruled it, with the reason."""

    __tablename__ = "line_input_taxes"
    __table_args__ = (CheckConstraint("reason <> ''", name="a_reason"),)

    line_id: Mapped[int] = mapped_column(ForeignKey("expense_lines.id", ondelete="CASCADE"), primary_key=True)
    tax_fen: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
