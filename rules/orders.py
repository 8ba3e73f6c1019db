"""Chapter 4c: the order or contract behind a line."""

from collections.abc import Iterator
from decimal import Decimal

from reimburse.domain.finding import Severity
from reimburse.domain.invoice import InvoiceLine
from reimburse.domain.money import CENT, ZERO, money_text
from rules.claim_parts import Order, OrderLine
from rules.facts import Facts, InvoiceFacts
from rules.folding import bare_item, fold
from rules.parties import same_party
from rules.remedies import do, edit_line
from rules.rule import NOTHING, Hit, Lacks, Rule, of_invoice, of_line, rule, where


def linked(facts: Facts) -> bool:
    """Whether any line names an order."""
    return any(line.order_no for line in facts.lines)


has_order = where(linked, "没有关联订单的明细 / no line with an order")


@rule(
    "R-67",
    Severity.RETURN,
    "关联订单、合同编号须正确",
    "The order or contract number is right",
    clause="B-6.3 A-3",
    needs=("orders",),
    applies=has_order,
)
def order_exists(facts: Facts) -> Iterator[Hit | Lacks]:
    """The order that a line names exists, and is one with the invoice's seller.

    明细所写的订单存在，且与销售方签订。
    """
    orders = {order.order_no: order for order in facts.orders or ()}
    for line in facts.lines:
        if not line.order_no:
            continue
        order = orders.get(line.order_no)
        sellers = [invoice.invoice.seller.name for invoice in facts.invoices_of(line) if invoice.invoice.seller.name]
        if order is None:
            zh, en = f"订单或合同 {line.order_no} 不存在。", f"There is no order or contract {line.order_no}."
            known = ", ".join(sorted(orders)) or "已登记的编号 / a number on record"
            yield Hit(of_line(line), zh, en, known, line.order_no, (edit_line("order_no"),))
        elif order.party and sellers and not any(same_party(order.party, seller) for seller in sellers):
            zh = f"订单 {line.order_no} 的对方是“{order.party}”，发票销售方是“{sellers[0]}”。"
            en = f'Order {line.order_no} is with "{order.party}", the seller is "{sellers[0]}".'
            yield Hit(of_line(line), zh, en, order.party, sellers[0] or NOTHING, (edit_line("order_no"),))


@rule(
    "R-65",
    Severity.RETURN,
    "品名、单位、数量、单价须与交易相符",
    "Item, unit, quantity, price match the deal",
    clause="B-6.2",
    needs=("orders",),
    applies=has_order,
    yields_to=("R-67",),
)
def lines_match_the_order(facts: Facts) -> Iterator[Hit | Lacks]:
    """What the invoices list stands in the order: same unit and price, no larger quantity, no larger sum.

    发票所列与订单相符：单位、单价相同，数量、金额不超过。
    """
    orders = {order.order_no: order for order in facts.orders or ()}
    for order_no, order in orders.items():
        invoices = _billed_on(facts, order_no)
        for invoice in invoices:
            for zh, en, expected, found in _mismatches(order, invoice):
                yield Hit(of_invoice(invoice), zh, en, expected, found, (AS_ORDERED,))
        yield from _too_much(order, invoices)


AS_ORDERED = do("reissue", "lines", "请销售方按订单重开", "Ask the seller to issue it as ordered")


def _billed_on(facts: Facts, order_no: str) -> list[InvoiceFacts]:
    """The invoices whose lines name an order, each once."""
    lines = [line for line in facts.lines if line.order_no == order_no]
    return list({invoice.id: invoice for line in lines for invoice in facts.invoices_of(line)}.values())


def _too_much(order: Order, invoices: list[InvoiceFacts]) -> Iterator[Hit]:
    """More than was ordered: by quantity of an item over all invoices, or by sum even without the tax."""
    for item in order.lines:
        named = [(invoice, line) for invoice in invoices for line in invoice.invoice.lines if _same(item, line)]
        billed = sum((line.quantity or ZERO for _, line in named), ZERO)
        if item.quantity is not None and billed > item.quantity:
            name, found = bare_item(item.item_name), f"{billed.normalize():f}"
            zh = f"“{name}”数量 {found}，订单只有 {item.quantity:f}。"
            en = f'"{name}": quantity {found}, only {item.quantity:f} ordered.'
            yield Hit(of_invoice(named[-1][0]), zh, en, f"{item.quantity:f}", found, (AS_ORDERED,))
    nets = [invoice.invoice.amount_excl_tax or invoice.invoice.total_incl_tax or ZERO for invoice in invoices]
    if order.amount is not None and invoices and sum(nets, ZERO) > order.amount + CENT:
        net, amount = money_text(sum(nets, ZERO)), money_text(order.amount)
        zh = f"订单 {order.order_no} 金额 {amount}，发票不含税已达 {net}。"
        en = f"Order {order.order_no} is of {amount}; the invoices come to {net} without tax."
        yield Hit(of_invoice(invoices[-1]), zh, en, f"≤ {amount}", net, (AS_ORDERED,))


def _same(item: OrderLine, line: InvoiceLine) -> bool:
    return fold(bare_item(item.item_name)) == fold(bare_item(line.item_name or ""))


def _mismatches(order: Order, invoice: InvoiceFacts) -> Iterator[tuple[str, str, str, str]]:
    ordered = {fold(bare_item(item.item_name)): item for item in order.lines}
    for billed in invoice.invoice.lines:
        name = bare_item(billed.item_name or "")
        item = ordered.get(fold(name))
        if item is None:
            if ordered and (billed.amount_excl_tax or ZERO) > 0:
                names = ", ".join(bare_item(known.item_name) for known in order.lines)
                yield (
                    f"“{name}”不在订单 {order.order_no} 中。",
                    f'"{name}" is not in order {order.order_no}.',
                    names,
                    name,
                )
            continue
        yield from _differences(item, name, billed.unit, billed.unit_price)


def _differences(
    item: OrderLine, name: str, unit: str | None, price: Decimal | None
) -> Iterator[tuple[str, str, str, str]]:
    if item.unit and unit and fold(item.unit) != fold(unit):
        yield (
            f"“{name}”单位“{unit}”，订单为“{item.unit}”。",
            f'"{name}": unit {unit}, ordered in {item.unit}.',
            item.unit,
            unit,
        )
    if item.unit_price is not None and price is not None and abs(price - item.unit_price) > CENT:
        yield (
            f"“{name}”单价 {price:f}，订单为 {item.unit_price:f}。",
            f'"{name}": price {price:f}, ordered at {item.unit_price:f}.',
            f"{item.unit_price:f}",
            f"{price:f}",
        )


RULES: tuple[Rule, ...] = (
    order_exists,
    lines_match_the_order,
)
