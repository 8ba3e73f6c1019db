"""Three flows (R-29): invoice, payment and goods or acceptance agree on parties and amounts, or say which does not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reimburse.domain.finding import Text
from reimburse.domain.money import from_fen
from reimburse.matching.names import fold, is_blank, likeness
from reimburse.matching.rows import TOLERANCE_FEN

Aliases = frozenset[tuple[str, str]]


class Flow(StrEnum):
    """What is compared with the invoices."""

    PAYMENT = "payment"
    GOODS = "goods"


class Aspect(StrEnum):
    """What of a flow is compared."""

    PRESENCE = "presence"
    PARTY = "party"
    AMOUNT = "amount"


class Verdict(StrEnum):
    """All flows agree; one of them differs; or nothing differs, and something is not there to compare."""

    AGREE = "agree"
    DIFFER = "differ"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Stated:
    """What one paper says: with whom, and how much in fen with tax; None and blank where it does not say."""

    party: str
    amount_fen: int | None


@dataclass(frozen=True, slots=True)
class Point:
    """One comparison. ``agrees`` None: one of both sides says nothing."""

    flow: Flow
    aspect: Aspect
    agrees: bool | None
    text: Text


@dataclass(frozen=True, slots=True)
class ThreeFlows:
    """Every comparison, payments first."""

    points: tuple[Point, ...]

    @property
    def verdict(self) -> Verdict:
        """What the comparisons say together."""
        said = {point.agrees for point in self.points}
        if False in said:
            return Verdict.DIFFER
        return Verdict.INCOMPLETE if None in said else Verdict.AGREE


WORDS = {
    Flow.PAYMENT: (Text("付款", "payment"), Text("收款方", "payee")),
    Flow.GOODS: (Text("收货或验收", "goods or acceptance"), Text("交货方", "deliverer")),
}


def three_flows(
    invoices: Sequence[Stated],
    payments: Sequence[Stated],
    goods: Sequence[Stated],
    aliases: Aliases = frozenset(),
    ordered: Sequence[Stated] = (),
) -> ThreeFlows:
    """Compare invoices that were paid together with what was paid, and with what arrived.

    ``aliases``: pairs (name, seller) that a person declared the same; ``ordered``: the invoices that what arrived is
    compared with, where they are others, since one order may be invoiced and paid in parts.

    >>> three_flows([Stated("样例书店", 1000)], [Stated("样例书店", 1000)], [Stated("样例书店", 900)]).verdict.value
    'differ'
    """
    paid = _points(Flow.PAYMENT, invoices, payments, aliases)
    return ThreeFlows((*paid, *_points(Flow.GOODS, ordered or invoices, goods, aliases)))


def _points(flow: Flow, invoices: Sequence[Stated], stated: Sequence[Stated], aliases: Aliases) -> Iterator[Point]:
    what, _ = WORDS[flow]
    if not stated:
        yield Point(flow, Aspect.PRESENCE, None, Text(f"没有{what.zh}记录", f"no {what.en} on record"))
        return
    yield _parties(flow, invoices, stated, aliases)
    yield _amounts(flow, invoices, stated)


def _parties(flow: Flow, invoices: Sequence[Stated], stated: Sequence[Stated], aliases: Aliases) -> Point:
    _, who = WORDS[flow]
    sellers, names = _named(invoices), _named(stated)
    strangers = [name for name in names if not any(_alike(name, seller, aliases) for seller in sellers)]
    without = [seller for seller in sellers if not any(_alike(name, seller, aliases) for name in names)]
    all_named = all(not is_blank(one.party) for one in stated)
    if sellers and (strangers or (without and all_named)):
        found, due = "、".join(strangers or names), "、".join(without or sellers)
        differs = Text(f"{who.zh}是“{found}”，销售方是“{due}”", f'the {who.en} is "{found}", the seller "{due}"')
        return Point(flow, Aspect.PARTY, agrees=False, text=differs)
    if not sellers or not all_named:
        return Point(flow, Aspect.PARTY, None, Text(f"{who.zh}没有写明", f"the {who.en} is not named"))
    return Point(flow, Aspect.PARTY, agrees=True, text=Text(f"{who.zh}即销售方", f"the {who.en} is the seller"))


def _named(stated: Sequence[Stated]) -> list[str]:
    return list(dict.fromkeys(one.party for one in stated if not is_blank(one.party)))


def _alike(name: str, seller: str, aliases: Aliases) -> bool:
    declared = ((fold(one), fold(other)) for one, other in aliases)
    return likeness(name, seller) is not None or (fold(name), fold(seller)) in set(declared)


def _amounts(flow: Flow, invoices: Sequence[Stated], stated: Sequence[Stated]) -> Point:
    what, _ = WORDS[flow]
    billed, found = _sum(invoices), _sum(stated)
    if billed is None or found is None:
        return Point(flow, Aspect.AMOUNT, None, Text(f"{what.zh}没有写明金额", f"{what.en}: amount not stated"))
    off = found - billed
    sums = Text(
        f"{what.zh} {from_fen(found):,}，发票 {from_fen(billed):,}",
        f"{what.en} {from_fen(found):,}, invoiced {from_fen(billed):,}",
    )
    if abs(off) <= TOLERANCE_FEN:
        return Point(flow, Aspect.AMOUNT, agrees=True, text=sums)
    more = Text("多", "more") if off > 0 else Text("少", "less")
    by = f"{from_fen(abs(off)):,}"
    return Point(
        flow, Aspect.AMOUNT, agrees=False, text=Text(f"{sums.zh}，{more.zh} {by}", f"{sums.en}: {by} {more.en}")
    )


def _sum(stated: Sequence[Stated]) -> int | None:
    """The sum; None where one of them does not say."""
    amounts = [one.amount_fen for one in stated if one.amount_fen is not None]
    return sum(amounts) if len(amounts) == len(stated) else None
