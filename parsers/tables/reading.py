"""A table read to its end: the things it holds, and the rows that were left out, with reasons."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from parsers.tables.columns import Heading, Table
from parsers.tables.kinds import BILLS, CERTIFICATIONS, ORDERS, RECEIPTS
from parsers.tables.rows import IS_A_TOTAL, BadRow, Broken, Values, cells_under, part_of, told, values_of, whole
from parsers.tables.sheet import Sheet
from parsers.tables.things import bill, certification, order, receipt
from reimburse.domain.bills import Bill, Certification, GoodsReceipt, Order
from reimburse.domain.finding import Text

Thing = Bill | Order | GoodsReceipt | Certification
Numbered = tuple[int, Values]


@dataclass(frozen=True, slots=True)
class Taken:
    """Things with the number of the row on which each begins, the rows left out, and how many rows there were."""

    things: tuple[tuple[int, Thing], ...]
    broken: tuple[Broken, ...]
    rows: int


ONE_A_ROW: dict[str, Callable[[Values], Thing]] = {BILLS.kind: bill, CERTIFICATIONS.kind: certification}
SEVERAL_ROWS: dict[str, tuple[Callable[[Sequence[Values]], Thing], tuple[str, ...]]] = {
    ORDERS.kind: (order, ("order_no",)),
    RECEIPTS.kind: (receipt, ("order_no", "receipt_no", "received_on")),
}
ITEM_FIELDS = frozenset({"item_name", "specification", "unit", "quantity", "unit_price", "line_amount"})
"""What each row of an order or a receipt states for itself."""
CARRIED = ("order_no", "receipt_no", "received_on", "party")
"""Where one thing takes several rows, a row that leaves these out goes on with the row above (merged cells)."""


def read(table: Table, sheet: Sheet, heading: Heading) -> Taken:
    """Everything under the heading. A thing of several rows is left out as a whole where one of them is broken."""
    return _read_rows(table, sheet, heading) if table.kind in ONE_A_ROW else _read_groups(table, sheet, heading)


def stated(table: Table, rows: Sequence[dict[str, str]]) -> Thing:
    """The thing that a form states, one mapping a row; ``BadRow`` says what is wrong with it."""
    if table.kind in ONE_A_ROW:
        return ONE_A_ROW[table.kind](values_of(table, rows[0]))
    make, _ = SEVERAL_ROWS[table.kind]
    return make(whole(table, [part_of(table, cells) for cells in rows]))


def _read_rows(table: Table, sheet: Sheet, heading: Heading) -> Taken:
    things, broken = [], []
    for row, cells in cells_under(sheet, heading):
        try:
            things.append((row, ONE_A_ROW[table.kind](values_of(table, cells))))
        except BadRow as problem:
            broken.append(told(row, problem))
    return Taken(tuple(things), tuple(broken), len(things) + len(broken))


def _read_groups(table: Table, sheet: Sheet, heading: Heading) -> Taken:
    make, key = SEVERAL_ROWS[table.kind]
    parts, broken = _parts(table, sheet, heading)
    count = len(parts) + len(broken)
    bad = {_key(cells, key): row for row, cells, problem in broken if IS_A_TOTAL not in problem.texts}
    left_out = [told(row, problem) for row, _, problem in broken]
    things: list[tuple[int, Thing]] = []
    for group, rows in _grouped(parts, key).items():
        if group in bad:
            at = bad[group]
            left_out += [told(row, _incomplete(at)) for row, _ in rows]
            continue
        try:
            things.append((rows[0][0], make(whole(table, [values for _, values in rows]))))
        except BadRow as problem:
            left_out += [told(row, problem) for row, _ in rows]
    return Taken(tuple(things), tuple(sorted(left_out, key=lambda one: one.row)), count)


Part = tuple[int, dict[str, str], Values]


def _parts(table: Table, sheet: Sheet, heading: Heading) -> tuple[list[Part], list[tuple[int, dict[str, str], BadRow]]]:
    parts: list[Part] = []
    broken: list[tuple[int, dict[str, str], BadRow]] = []
    above: dict[str, str] = {}
    for row, own in cells_under(sheet, heading):
        carried = {} if own.get("order_no") else {name: above[name] for name in CARRIED if name in above}
        cells = {**carried, **own}
        try:
            parts.append((row, cells, part_of(table, cells)))
            above = cells
        except BadRow as problem:
            broken.append((row, cells, problem))
    return parts, broken


def _grouped(parts: Iterable[Part], key: tuple[str, ...]) -> dict[tuple[str, ...], list[Numbered]]:
    groups: dict[tuple[str, ...], list[Numbered]] = {}
    for row, cells, values in parts:
        groups.setdefault(_key(cells, key), []).append((row, values))
    return groups


def _key(cells: dict[str, str], key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(cells.get(name, "") for name in key)


def _incomplete(row: int) -> BadRow:
    return BadRow(
        Text(f"同一单据的第 {row} 行有误，整单未导入", f"row {row} of the same paper is broken: left out whole")
    )
