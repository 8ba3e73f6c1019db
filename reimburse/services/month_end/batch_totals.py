"""The control totals of a batch: what is counted and added up while its rows pass."""

from collections import Counter
from typing import Any

from reimburse.domain.money import ZERO, from_fen, to_fen
from reimburse.export.payments import Sums
from reimburse.export.rows import Cell, category_words, paid_by_words
from reimburse.services.month_end.batch_rows import ClaimRows

COUNTS = {
    "claims": "报销单数 Claims",
    "lines": "明细行数 Lines",
    "invoices": "发票数 Invoices",
    "files": "文件数 Files",
}
SUMS = {
    "total_fen": "报销金额 Amount",
    "taken_fen": "发票占用 Taken of invoices",
    "difference_fen": "差额 Difference",
    "tax_fen": "发票税额 Tax on invoices",
    "input_vat_fen": "可抵扣进项税额 Deductible input VAT",
    "payout_fen": "应付员工 To be paid out",
}


class Totals:
    """What is counted and added up while the rows pass."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.fen: Counter[str] = Counter()
        self.by_paid_by: Counter[str] = Counter()
        self.by_category: Counter[str] = Counter()
        self.sums = Sums()

    def add(self, rows: ClaimRows) -> None:
        """Count a claim."""
        self.counts.update(claims=1, lines=len(rows.lines), invoices=len(rows.invoices), files=len(rows.originals))
        for line in rows.lines:
            fen = to_fen(line.amount)
            self.fen["total"] += fen
            self.by_paid_by[line.paid_by] += fen
            self.by_category[category_words(line)] += fen
            self.fen["input_vat"] += to_fen(line.tax)
            self.sums.add(line)
        for invoice in rows.invoices:
            self.fen["taken"] += to_fen(invoice.taken)
            self.fen["tax"] += to_fen(invoice.tax_amount or ZERO)

    def stated(self) -> dict[str, Any]:
        """The totals as they are kept: amounts in fen."""
        return {
            **{f"{name}_count": number for name, number in self.counts.items()},
            "total_fen": self.fen["total"],
            "taken_fen": self.fen["taken"],
            "difference_fen": self.fen["total"] - self.fen["taken"],
            "tax_fen": self.fen["tax"],
            "input_vat_fen": self.fen["input_vat"],
            "payees_count": len(self.sums.owed()),
            "payout_fen": sum(map(to_fen, self.sums.owed().values())),
            "by_paid_by_fen": dict(sorted(self.by_paid_by.items())),
            "by_category_fen": dict(sorted(self.by_category.items())),
        }

    def sheet(self) -> tuple[tuple[str, Cell], ...]:
        """The totals as the workbook shows them."""
        stated = self.stated()
        counts: list[tuple[str, Cell]] = [(words, self.counts[name]) for name, words in COUNTS.items()]
        sums: list[tuple[str, Cell]] = [(words, from_fen(stated[name])) for name, words in SUMS.items()]
        paid: list[tuple[str, Cell]] = [
            (paid_by_words(name), from_fen(fen)) for name, fen in stated["by_paid_by_fen"].items()
        ]
        return tuple(counts + sums + paid + [(name, from_fen(fen)) for name, fen in stated["by_category_fen"].items()])
