"""A certificate checked from the answer alone: conservation, admissible groups, amounts; nothing of the engine is used."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

Row = dict[str, str]
SIZES = {(1, n) for n in range(1, 7)} | {(n, 1) for n in range(1, 7)} | {(a, b) for a in (2, 3) for b in (2, 3)}


def problems(
    answer: dict[str, Any], invoices: list[Row], payments: list[Row], tied: Callable[[Row, Row], bool]
) -> list[str]:
    """What is wrong with an answer; ``tied`` tells whether a payee, a number or a blank payee ties two rows."""
    found = []
    invoice, payment = {row["id"]: row for row in invoices}, {row["id"]: row for row in payments}
    for side, rows in (("invoices", invoice), ("payments", payment)):
        told = [row for group in answer["groups"] for row in group[side]] + answer[f"unmatched_{side}"]
        if sorted(told) != sorted(rows):
            found.append(f"{side} are not conserved")
    matched = Decimal(0)
    for group in answer["groups"]:
        left, right = [invoice[row] for row in group["invoices"]], [payment[row] for row in group["payments"]]
        totals, amounts = [Decimal(row["total_incl_tax"]) for row in left], [Decimal(row["amount"]) for row in right]
        matched += sum(map(abs, totals))
        difference = abs(sum(totals) - sum(amounts))
        days = [
            abs((date.fromisoformat(i["issue_date"]) - date.fromisoformat(p["paid_on"])).days)
            for i in left
            for p in right
        ]
        wrong = {
            "size": (len(left), len(right)) not in SIZES,
            "difference": difference > Decimal("0.01") or Decimal(group["difference"]) != difference,
            "window": max(days) > 90,
            "sign": min(amounts) < 0 <= max(totals),
            "tie": not all(tied(i, p) for i in left for p in right),
        }
        found += [f"{group['invoices']} {group['payments']}: {name}" for name, is_wrong in wrong.items() if is_wrong]
    certificate = answer["certificate"]
    if Decimal(certificate["matched_amount"]) != matched or certificate["groups"] != len(answer["groups"]):
        found.append("the certificate does not add up")
    return found
