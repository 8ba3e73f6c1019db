"""Rows, or a form, as bills, orders, receipts and deductions."""

from collections.abc import Sequence
from decimal import Decimal

from parsers.normalise import compact
from parsers.tables.periods import Period
from parsers.tables.rows import MOST_FEN, BadRow, Values
from reimburse.domain.bills import (
    Bill,
    Certification,
    CertificationState,
    GoodsReceipt,
    Order,
    OrderItem,
    ReceiptItem,
    ReceiptKind,
)
from reimburse.domain.finding import Text
from reimburse.domain.money import ZERO

KINDS = {
    **dict.fromkeys(("", "收货", "入库", "到货", "receipt", "goodsreceipt", "grn"), ReceiptKind.RECEIPT),
    **dict.fromkeys(("验收", "服务验收", "验收合格", "acceptance", "accepted"), ReceiptKind.ACCEPTANCE),
}
STATES = {
    **dict.fromkeys(("未勾选", "否", "未认证", "待勾选", "no", "unselected", "0"), CertificationState.UNSELECTED),
    **dict.fromkeys(("已勾选", "是", "勾选", "抵扣", "yes", "selected", "1"), CertificationState.SELECTED),
    **dict.fromkeys(
        ("已认证", "已抵扣", "已确认", "已签名", "认证通过", "抵扣已确认", "certified"), CertificationState.CERTIFIED
    ),
    **dict.fromkeys(
        ("不抵扣", "不予抵扣", "不可抵扣", "notdeductible", "not_deductible"), CertificationState.NOT_DEDUCTIBLE
    ),
}


def bill(values: Values) -> Bill:
    """A bill; where it has no number, its period is its number."""
    period = values.of.get("period")
    start, end = values.day("period_start"), values.day("period_end")
    if isinstance(period, Period):
        start, end = start or period.start, end or period.end
    if end is None:
        raise BadRow(Text("账期为空", "the period is empty"))
    start = start or end.replace(day=1)
    if end < start:
        raise BadRow(Text(f"账期结束 {end} 早于开始 {start}", f"the period ends on {end}, before {start}"))
    return Bill(
        party=_text(values, "party"),
        party_tax_id=values.text("party_tax_id"),
        bill_no=values.text("bill_no") or f"{start}/{end}",
        period_start=start,
        period_end=end,
        amount=_money(values, "amount"),
        settled_on=values.day("settled_on"),
        order_no=values.text("order_no"),
        owner=values.text("owner"),
        memo=_text(values, "memo"),
    )


def order(rows: Sequence[Values]) -> Order:
    """An order from its rows, each of which repeats what the order as a whole states."""
    first = Values({**{key: value for row in reversed(rows) for key, value in row.of.items()}})
    for field, zh, en in (("party", "供应商", "supplier"), ("amount", "订单总额", "total")):
        stated = {row.of[field] for row in rows if field in row.of}
        if len(stated) > 1:
            told = "、".join(sorted(map(str, stated)))
            raise BadRow(Text(f"同一订单的{zh}不一致：{told}", f"the rows of one order differ in {en}: {told}"))
    return Order(
        order_no=_text(first, "order_no"),
        party=_text(first, "party"),
        party_tax_id=first.text("party_tax_id"),
        amount=_order_total(rows),
        ordered_on=first.day("ordered_on"),
        owner=first.text("owner"),
        memo=_text(first, "memo"),
        items=tuple(_item(row) for row in rows if row.text("item_name")),
    )


def _order_total(rows: Sequence[Values]) -> Decimal:
    stated = next((amount for row in rows if (amount := row.number("amount")) is not None), None)
    if stated is None:
        stated = sum((row.number("line_amount") or ZERO for row in rows), ZERO)
    return _refused_if_odd(stated, Text("订单总额", "the order's total"))


def _item(row: Values) -> OrderItem:
    return OrderItem(
        _text(row, "item_name"),
        row.text("specification"),
        row.text("unit"),
        _fits(row, "quantity"),
        _fits(row, "unit_price"),
    )


def receipt(rows: Sequence[Values]) -> GoodsReceipt:
    """A receipt from its rows; where it has no number, its day is its number."""
    first = Values({**{key: value for row in reversed(rows) for key, value in row.of.items()}})
    received_on = first.day("received_on")
    if received_on is None:
        raise BadRow(Text("日期为空", "the date is empty"))
    amounts = [amount for row in rows if (amount := row.number("amount")) is not None]
    if 1 < len(amounts) < len(rows):
        raise BadRow(Text("有的行没有金额", "some of its rows state no amount"))
    return GoodsReceipt(
        order_no=_text(first, "order_no"),
        receipt_no=first.text("receipt_no") or received_on.isoformat(),
        received_on=received_on,
        kind=_kind(_text(first, "kind")),
        party=first.text("party"),
        amount=_refused_if_odd(sum(amounts, ZERO), Text("金额", "the amount")) if amounts else None,
        by_whom=_text(first, "by_whom"),
        memo=_text(first, "memo"),
        items=tuple(_received(row) for row in rows if row.text("item_name")),
    )


def _kind(text: str) -> ReceiptKind:
    found = KINDS.get(compact(text).casefold().removesuffix("单"))
    if found is None:
        raise BadRow(Text(f"类型“{text}”不是收货或验收", f'the kind "{text}" is neither receipt nor acceptance'))
    return found


def _received(row: Values) -> ReceiptItem:
    quantity = _fits(row, "quantity")
    if quantity is None:
        raise BadRow(Text("数量为空", "the quantity is empty"))
    return ReceiptItem(_text(row, "item_name"), quantity, row.text("unit"))


def certification(values: Values) -> Certification:
    """A row of the tax office's list; a period without a state means selected for it."""
    period = values.of.get("period")
    said = compact(_text(values, "state")).casefold()
    state = STATES.get(said, CertificationState.SELECTED if not said and period else None)
    if state is None:
        raise BadRow(Text(f"看不懂的勾选状态“{values.text('state')}”", f'unknown state "{values.text("state")}"'))
    digital = values.text("digital_number")
    return Certification(
        code="" if digital else _text(values, "code"),
        number=digital or _text(values, "number"),
        state=state,
        period=f"{period.end:%Y-%m}" if isinstance(period, Period) else None,
        state_on=values.day("state_on"),
        issue_date=values.day("issue_date"),
        seller_name=values.text("seller_name"),
        tax=values.number("tax"),
        reason=_text(values, "reason"),
    )


def _text(values: Values, field: str) -> str:
    return values.text(field) or ""


def _money(values: Values, field: str) -> Decimal:
    return _refused_if_odd(values.number(field) or ZERO, Text("金额", "the amount"))


def _refused_if_odd(amount: Decimal, what: Text) -> Decimal:
    if not amount:
        raise BadRow(Text(f"{what.zh}为零", f"{what.en} is zero"))
    if abs(amount) >= MOST_FEN / 100:
        raise BadRow(Text(f"{what.zh}过大：{amount}", f"{what.en} is too great: {amount}"))
    return amount


def _fits(row: Values, field: str) -> Decimal | None:
    """A quantity or a price that the database keeps as it stands: six places, not negative."""
    number = row.number(field)
    if number is None:
        return None
    exponent = number.normalize().as_tuple().exponent
    if number < 0 or number >= MOST_FEN or (isinstance(exponent, int) and exponent < -6):
        raise BadRow(Text(f"数字超出范围：{number:f}", f"a number out of range: {number:f}"))
    return number
