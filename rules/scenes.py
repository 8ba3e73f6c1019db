"""Chapter 4e: what an invoice says was bought, and what a taxi ride or an entertainment must state."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

from reimburse.domain.finding import Remedy, Resolver, Severity, Text
from reimburse.domain.money import ZERO, money_text
from rules.amounts import has_invoice
from rules.attached import attached_to_invoice, attached_to_line
from rules.claim_parts import Request
from rules.dates import incurred_on
from rules.evidence import points_to_list
from rules.facts import Facts, InvoiceFacts, LineFacts
from rules.folding import bare_item, blank, fold
from rules.remedies import attach, do, edit_line, reissue
from rules.rule import NOTHING, Hit, Lacks, Rule, of_invoice, of_line, rule, where
from rules.vocabulary import FIELDS, listed

TAXI = Text("出租车费", "The taxi ride")
ENTERTAINMENT = Text("招待费", "The entertainment")


@rule(
    "R-81",
    Severity.RETURN,
    "项目名称须具体，禁“办公用品”“礼品”等模糊项",
    "No vague item names",
    clause="B-9.2",
    applies=has_invoice,
    any_remedy=True,
)
def items_are_named(facts: Facts) -> Iterator[Hit | Lacks]:
    """No item name is on the vague list; the seller's sealed list cures it (decision 20).

    项目名称不在笼统品名表中；销售方盖章清单可补救。
    """
    for invoice in facts.invoices:
        vague = vague_items(facts, invoice)
        if not vague or points_to_list(facts, invoice):
            continue
        if facts.attachments is None:
            yield Lacks("attachments")
        elif "sealed_item_list" not in attached_to_invoice(facts, invoice):
            names = "、".join(vague)
            zh = f"项目名称“{names}”过于笼统，须写明具体品名，或附盖章清单。"
            en = f'The item name "{", ".join(vague)}" is too vague: name the goods, or attach the sealed list.'
            remedies = (attach("sealed_item_list"), reissue("lines"))
            yield Hit(of_invoice(invoice), zh, en, "具体品名 / the goods by name", names, remedies, clauses="B-9.2")


def vague_items(facts: Facts, invoice: InvoiceFacts) -> tuple[str, ...]:
    """The item names of an invoice that say nothing: on the list, alone or with a filler such as 一批."""
    policy = facts.policy.vague_items
    found = []
    for line in invoice.invoice.lines:
        name = fold(bare_item(line.item_name or ""))
        for filler in policy.fillers:
            name = name.removesuffix(filler)
        if name in policy.names:
            found.append(bare_item(line.item_name or ""))
    return tuple(dict.fromkeys(found))


@rule(
    "R-86",
    Severity.RETURN,
    "出租车须注明起止地点及事由",
    "A taxi ride states from, to and reason",
    clause="B-9.4",
    applies=where(lambda facts: facts.lines_in("taxi"), "没有出租车费明细 / no taxi line"),
)
def taxi_ride_is_described(facts: Facts) -> Iterator[Hit | Lacks]:
    """A taxi line states where it started, where it went and why.

    出租车明细写明起点、终点、事由。
    """
    for line in facts.lines_in("taxi"):
        stated = {"from": line.details.origin, "to": line.details.destination, "reason": line.details.reason}
        yield from _unstated(line, stated, TAXI)


def _unstated(line: LineFacts, stated: Mapping[str, object], who: Text) -> Iterator[Hit]:
    missing = tuple([name for name, value in stated.items() if blank(value)])
    if missing:
        said, expected, found, remedies = _of_missing(who, tuple(stated), missing)
        yield Hit(of_line(line), said.zh, said.en, expected, found, remedies)


@lru_cache(maxsize=256)
def _of_missing(
    who: Text, asked: tuple[str, ...], missing: tuple[str, ...]
) -> tuple[Text, str, str, tuple[Remedy, ...]]:
    """What is said where of the details asked for these are missing."""
    names, all_names = listed(FIELDS, missing), listed(FIELDS, asked)
    said = Text(f"{who.zh}没有写明{names.zh}。", f"{who.en} does not state its {names.en}.")
    remedies = tuple(edit_line(name) for name in missing)
    return said, f"{all_names.zh} / {all_names.en}", f"缺 {names.zh} / lacks {names.en}", remedies


@rule(
    "R-87",
    Severity.RETURN,
    "招待费须写明对象、人数、事由、参与人员名单",
    "Entertainment states guests, number, reason, attendees",
    clause="B-9.4",
    applies=where(lambda facts: facts.lines_in("entertainment"), "没有招待费明细 / no entertainment line"),
)
def entertainment_is_described(facts: Facts) -> Iterator[Hit | Lacks]:
    """An entertainment line states whom, how many, why, and who took part; a list attached serves for the last.

    招待明细写明对象、人数、事由、参与人员；附名单可代替最后一项。
    """
    for line in facts.lines_in("entertainment"):
        details = line.details
        listed_apart = blank(details.attendees) and "attendee_list" in attached_to_line(facts, line)
        unknown = blank(details.attendees) and facts.attachments is None
        stated: dict[str, object] = {
            "guests": details.guests,
            "guest_count": head_count(details.guest_count),
            "reason": details.reason,
            "attendees": "attached" if listed_apart or unknown else details.attendees,
        }
        if unknown:
            yield Lacks("attachments")
        yield from _unstated(line, stated, ENTERTAINMENT)


def head_count(stated: int | str | None) -> str | None:
    """The number of people where a whole number above zero is stated, else None.

    >>> head_count(3), head_count(" 12 人"), head_count("0"), head_count("若干")
    ('3', '12', None, None)
    """
    count = str(stated if stated is not None else "").strip().removesuffix("人").strip()
    return count if count.isdecimal() and int(count) > 0 else None


def above_request_limit(facts: Facts) -> list[LineFacts]:
    """The entertainment lines that need a request made beforehand."""
    lines = facts.lines_in("entertainment")
    return [line for line in lines if (line.yuan or line.amount) > facts.parameters_of(line).request_over]


@rule(
    "R-88",
    Severity.RETURN,
    "大额招待须事前申请获批",
    "Large entertainment needs a request approved beforehand",
    clause="B-9.4",
    resolver=Resolver.APPROVER,
    applies=where(lambda facts: facts.lines_in("entertainment"), "没有招待费明细 / no entertainment line"),
    uses=("request_over",),
)
def large_entertainment_was_requested(facts: Facts) -> Iterator[Hit | Lacks]:
    """An entertainment line over the limit (strictly) names a request that was approved, in time and for enough.

    超过申请线（不含本数）的招待关联一张事前批准、金额足够的申请单。
    """
    requests = {request.request_no: request for request in facts.requests or () if request.kind == "entertainment"}
    large = above_request_limit(facts)
    if large and facts.requests is None:
        yield Lacks("requests")
        return
    for line in large:
        request = requests.get(line.request_no or "")
        fault = _request_fault(facts, line, request)
        if fault:
            limit = facts.parameters_of(line).request_over
            zh = f"招待费 {money_text(line.yuan or line.amount)} 超过 {limit}，{fault[0]}。"
            en = f"Entertainment of {money_text(line.yuan or line.amount)} is over {limit}: {fault[1]}."
            remedies = (
                do("link_request", "entertainment_request", "填写已批准的招待申请单号", "Name the approved request"),
            )
            found = line.request_no or NOTHING
            yield Hit(of_line(line), zh, en, "事前批准的招待申请 / a request approved beforehand", found, remedies)


def _request_fault(facts: Facts, line: LineFacts, request: Request | None) -> tuple[str, str] | None:
    if request is None:
        named = line.request_no
        return (
            (f"申请单 {named} 不存在", f"there is no request {named}")
            if named
            else ("没有招待申请单", "no request is named")
        )
    if not request.approved:
        return f"申请单 {request.request_no} 未获批准", f"request {request.request_no} is not approved"
    day: date | None = incurred_on(facts, line)
    if day and request.approved_on and request.approved_on.day > day:
        return (
            f"申请单 {request.request_no} 在 {request.approved_on.day} 才批准，晚于招待日 {day}",
            f"request {request.request_no} was approved on {request.approved_on.day}, after the event on {day}",
        )
    used = _spent_on(facts, request) + (request.taken_elsewhere or 0)
    if request.amount is not None and used > request.amount:
        return (
            f"申请单 {request.request_no} 只批准 {money_text(request.amount)}，已用 {money_text(used)}",
            f"request {request.request_no} covers {money_text(request.amount)}, the lines take {money_text(used)}",
        )
    return None


def _spent_on(facts: Facts, request: Request) -> Decimal:
    lines = [line for line in facts.lines_in("entertainment") if line.request_no == request.request_no]
    return sum((line.yuan or line.amount for line in lines), ZERO)


def ordered_assets(facts: Facts) -> list[LineFacts]:
    """The asset lines that name an order."""
    return [line for line in facts.lines_in("fixed_asset", "low_value_asset") if line.order_no]


@rule(
    "R-90",
    Severity.RETURN,
    "采购发票内容须与实物一致",
    "What was bought has arrived",
    clause="B-9.4",
    needs=("goods_receipts",),
    applies=where(ordered_assets, "没有关联订单的资产明细 / no asset line with an order"),
)
def goods_have_arrived(facts: Facts) -> Iterator[Hit | Lacks]:
    """An asset bought on an order has a goods receipt for that order.

    关联订单的资产有该订单的收货记录。
    """
    received = {receipt.order_no for receipt in facts.goods_receipts or ()}
    for line in ordered_assets(facts):
        if line.order_no not in received:
            zh = f"订单 {line.order_no} 没有收货记录，无法确认与实物一致。"
            en = f"There is no goods receipt for order {line.order_no}."
            remedies = (do("receive", "goods_receipts", "采购在系统登记收货", "Have the purchase's receipt recorded"),)
            yield Hit(of_line(line), zh, en, f"收货记录 / goods receipt {line.order_no}", NOTHING, remedies)


RULES: tuple[Rule, ...] = (
    items_are_named,
    taxi_ride_is_described,
    entertainment_is_described,
    large_entertainment_was_requested,
    goods_have_arrived,
)
