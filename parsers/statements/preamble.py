"""What stands above and below the rows: whose account it is, its currency, up to which month, what it adds up to."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from parsers.normalise import compact, folded
from parsers.statements.sheets import Row
from parsers.statements.values import Month, amount, currency
from reimburse.domain.statement import Direction, StatedTotal

TRANSLATION = re.compile(r"\[\s[^\]]*\]")
ACCOUNT = re.compile(
    r"(?:^|\s)(?:[^\s:]{0,8}?(?:账|帐|卡)\s?号(?![名类])|[^\s:]{0,6}账户(?:号码)?(?![^\s:\d\[])|account\s?(?:no\.?|number))"
    r"\s*(?P<colon>:?)\s*\[?(?P<value>[\w*@.+-]{4,60})?\]?",
    re.IGNORECASE,
)
NUMBER = re.compile(r"[\w*@.+-]*[\d*@][\w*@.+-]*")
CURRENCY = re.compile(r"^(?:交易)?币\s?种\s*:?\s*(\w*)$")
MONTH = re.compile(r"(20\d{2})\s*[年./-]?\s*(1[0-2]|0?[1-9])(?!\d{3})")
YEAR = re.compile(r"(20\d{2})\s*年")
WORDS = {
    "收入": Direction.IN, "已收入": Direction.IN, "收入合计": Direction.IN, "支出": Direction.OUT,
    "已支出": Direction.OUT, "支出合计": Direction.OUT, "不计收支": Direction.NEUTRAL,
    "中性交易": Direction.NEUTRAL,
}  # fmt: skip
TOTAL = re.compile(
    rf"#?({'|'.join(sorted(WORDS, key=len, reverse=True))}):(?:共)?(\d+)笔,?(?:共)?[¥]?([-+]?[\d,]+(?:\.\d+)?)元?"
)
SIDES = {"借方发生总": Direction.OUT, "贷方发生总": Direction.IN}


def account_in(rows: Sequence[Row]) -> str | None:
    """The owner's account as printed, the one nearest above the header."""
    for row in reversed(rows):
        for place, text in enumerate(row.cells):
            if text and (found := ACCOUNT.search(TRANSLATION.sub("", folded(text)))):
                for value in (found["value"], _next(row, place)):
                    if value and NUMBER.fullmatch(value):
                        return value
    return None


def _next(row: Row, place: int) -> str:
    return next((text for text in row.cells[place + 1 :] if text), "")


def currency_in(rows: Sequence[Row]) -> str | None:
    """The currency that a line such as ``币种：人民币`` states."""
    for row in reversed(rows):
        for place, text in enumerate(row.cells):
            found = CURRENCY.match(folded(text)) if text else None
            if found and (code := currency(found[1] or _next(row, place))):
                return code
    return None


def month_in(rows: Sequence[Row], name: str) -> Month | None:
    """The last month that the lines above the table or the file's name state.

    >>> month_in([Row(1, ("信用卡对账单（2024年01月）",))], "a.csv"), month_in([], "bill-202312.csv")
    (Month(year=2024, month=1), Month(year=2023, month=12))
    """
    for texts in ([text for row in rows for text in row.cells if text], [name]):
        months = [Month(int(found[1]), int(found[2])) for text in texts for found in MONTH.finditer(folded(text))]
        if months:
            return max(months, key=lambda month: (month.year, month.month))
        if years := [int(found[1]) for text in texts for found in YEAR.finditer(folded(text))]:
            return Month(max(years), 12)
    return None


def totals_in(rows: Sequence[Row]) -> tuple[StatedTotal, ...]:
    """What the file itself says its rows add up to."""
    return (*(total for row in rows for total in _printed(row)), *_sides(rows))


def _printed(row: Row) -> Iterator[StatedTotal]:
    for text in row.cells:
        found = TOTAL.fullmatch(compact(text).replace(" ", "")) if text else None
        if found is None and text:
            found = TOTAL.fullmatch(compact(",".join(part for part in row.cells if part)))
        if found and (value := amount(found[3])):
            yield StatedTotal(WORDS[found[1]], int(found[2]), abs(value.value))
            return


def _sides(rows: Sequence[Row]) -> Iterator[StatedTotal]:
    """Totals as a bank writes them: the sum of debits, which is money out, and of credits."""
    stated: dict[Direction, dict[str, Decimal]] = {}
    for row in rows:
        for place, text in enumerate(row.cells):
            label = compact(TRANSLATION.sub("", text)).rstrip(":")
            side = SIDES.get(label[:-2] if label.endswith("笔数") else label[:-1])
            if side and (value := amount(_next(row, place))):
                stated.setdefault(side, {})["count" if label.endswith("笔数") else "amount"] = abs(value.value)
    for side, found in stated.items():
        count = found.get("count")
        yield StatedTotal(side, None if count is None else int(count), found.get("amount"))
