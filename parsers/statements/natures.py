"""Tells apart what is no ordinary payment: refunds, reversals, fees, transfers between own pockets, closed orders."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from parsers.normalise import compact
from parsers.statements.profile import Kind, NatureRule, Patterns
from reimburse.domain.statement import Nature

ORDINARY: Mapping[Kind, Mapping[Nature, Patterns]] = {
    Kind.WALLET: {},
    Kind.BANK: {
        Nature.REVERSAL: ("*冲正*", "*冲账*", "*冲帐*", "*抹账*"),
        Nature.REFUND: ("*退款*", "*退货*", "*退汇*", "*退票*"),
        Nature.TRANSFER: ("*信用卡还款*", "*理财*", "*转定期*", "*通知存款*", "*基金申购*", "*基金赎回*", "*资金归集*"),
    },
    Kind.CARD: {
        Nature.REVERSAL: ("*冲正*", "*撤销*", "*调账*"),
        Nature.REFUND: ("*退款*", "*退货*"),
        Nature.TRANSFER: ("*还款*",),
        Nature.FEE: ("*手续费*", "*年费*", "*利息*", "*滞纳金*", "*违约金*"),
    },
}
"""Words that mean the same at any bank, asked after the profile's own rules."""
BANK_FEES: Patterns = (
    "*手续费*",
    "*工本费*",
    "*账户管理费*",
    "*账户维护费*",
    "*年费*",
    "*短信服务费*",
    "*网银服务费*",
    "收费",
)


def rule_for(rules: tuple[NatureRule, ...], cell_of: Callable[[str], str | None]) -> NatureRule | None:
    """The first rule whose every column fits; ``cell_of`` gives a column's text, None where there is no such column."""
    return next(
        (rule for rule in rules if all(_fits(cell_of(name), wanted) for name, wanted in rule.where.items())), None
    )


def ordinary(kind: Kind, texts: tuple[str, ...], payee: str | None) -> Nature:
    """What the words of any bank say of a row whose memo, category and status are these.

    A fee is the bank's only where no other party stands in the row.

    >>> ordinary(Kind.BANK, ("跨行手续费",), None).value, ordinary(Kind.BANK, ("手续费",), "样例书店").value
    ('fee', 'payment')
    """
    for nature, patterns in ORDINARY[kind].items():
        if _any(patterns, texts):
            return nature
    is_bank = kind is Kind.BANK and (payee is None or "银行" in payee)
    return Nature.FEE if is_bank and _any(BANK_FEES, texts) else Nature.PAYMENT


def _any(patterns: Patterns, texts: tuple[str, ...]) -> bool:
    return any(fits(pattern, text) for text in texts for pattern in patterns)


def _fits(text: str | None, patterns: Patterns) -> bool:
    return text is not None and any(fits(pattern, text) for pattern in patterns)


@lru_cache(maxsize=8192)
def fits(pattern: str, text: str) -> bool:
    """Whether a cell is what a pattern says; ``*`` at an end stands for anything.

    >>> fits("充值-*", "充值-普通充值"), fits("（退款）*", "(退款)样例书店"), fits("", ""), fits("借*", "贷 Cr")
    (True, True, True, False)
    """
    core, open_start, open_end = _core(pattern)
    plain = compact(text)
    if pattern == "?*":
        return bool(plain)
    if open_start and open_end:
        return core in plain
    if open_start:
        return plain.endswith(core)
    return plain.startswith(core) if open_end else plain == core


@lru_cache(maxsize=2048)
def _core(pattern: str) -> tuple[str, bool, bool]:
    return compact(pattern.strip("*")), pattern.startswith("*"), pattern.endswith("*")
