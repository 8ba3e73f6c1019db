"""The totals: without tax and tax below their columns, price and tax together in words and figures."""

import re
from collections.abc import Iterable

from parsers import normalise
from parsers.pdf import labels
from parsers.pdf.cells import joined_cells
from parsers.pdf.columns import Body
from parsers.pdf.glyphs import Run
from parsers.pdf.layout import Page, around, joined
from parsers.witness import Witness
from reimburse.domain.amount_words import NotAnAmount, from_words

SIGNS = frozenset({"¥", "￥", "-", "¥-", "-¥", "CNY"})
WORDS = re.compile(
    r"(?:[（(]负数[)）]|负)?[零〇壹贰貳叁叄参參肆伍陆陸柒捌玖一二三四五六七八九十百千两兩拾佰仟万萬亿億圆圓元角分整正]+"
)
STARS = re.compile(r"\*{2,}")


def say_totals(witness: Witness, page: Page, body: Body | None) -> None:
    """Amount and tax of the 合计 line, and the total."""
    if body and body.totals:
        _say_sums(witness, body)
    say_total(witness, page)


def say_total(witness: Witness, page: Page) -> None:
    """The total in figures and in words, by their labels."""
    words = page.first(labels.IN_WORDS)
    figures = page.first(labels.IN_FIGURES)
    if figures:
        _say_amount(witness, "total_incl_tax", page.right_of(figures, page.width, rise=1.0))
    if words:
        limit = figures.x0 if figures and abs(figures.middle - words.middle) < 2 * words.height else page.width
        say_words(witness, page.right_of(words, limit, rise=0.8))


def amounts_in(runs: Iterable[Run]) -> list[tuple[str, list[Run]]]:
    """Each amount on a line with its runs; a currency sign belongs to what follows."""
    found: list[tuple[str, list[Run]]] = []
    held: list[Run] = []
    for cell in joined_cells(runs):
        held.extend(cell.runs)
        if cell.plain in SIGNS:
            continue
        value = normalise.amount(joined(held)) or normalise.amount(cell.text)
        if value:
            found.append((value, held))
        elif STARS.fullmatch(cell.plain.lstrip("¥")):
            found.append(("***", held))
        held = []
    return found


def _say_sums(witness: Witness, body: Body) -> None:
    for value, runs in amounts_in(body.totals):
        field = body.column_of(runs[-1])
        if field not in {"amount_excl_tax", "tax_amount"}:
            continue
        if witness.says(field) is None:
            witness.say(field, value, box=around(runs))


def _say_amount(witness: Witness, field: str, runs: list[Run]) -> None:
    found = amounts_in(runs)
    if len({value for value, _ in found}) == 1:
        value, held = found[0]
        witness.say(field, value, box=around(held))


def say_words(witness: Witness, runs: list[Run]) -> None:
    """The total in words, where it stands among these runs."""
    text = (normalise.printed(joined(runs)) or "").replace(" ", "")
    for found in WORDS.finditer("" if normalise.UNREAD in text else text):
        try:
            from_words(found.group())
        except NotAnAmount:
            continue
        witness.say("total_in_words", found.group(), box=around(runs))
        return
