"""Buyer and seller: side by side on fully digitalized invoices, one above the other on tax-controlled ones."""

import re
from collections.abc import Iterable, Iterator, Sequence

from parsers import normalise
from parsers.pdf import labels
from parsers.pdf.glyphs import Run
from parsers.pdf.layout import Page, around, close, in_lines, joined, without_red
from parsers.pdf.spots import Spot
from parsers.witness import Witness

SIDE = {"购": "buyer", "买": "buyer", "销": "seller", "售": "seller"}
SIDE_WORD = re.compile("购买方|销售方|购货方|销货方|购货单位|销货单位|收票方|开票方")
SIDE_REACH = 42.0
MOST_WRAPPED = 2.2
"""How far below its first line a name may go on, in heights of its label."""
BLOCK_WORDS = frozenset("密码区备注购买销售方信息货单位说明")
WIDE_GAP = 5.0
LETTER = 1.1
LONGER = frozenset("务品具目行户站姓全物")
NOT_A_NAME = re.compile(f"识别号|信用代码|{labels.ANY.pattern}")
LATER = {"address_phone": labels.ADDRESS, "bank_account": labels.BANK}


def say_parties(witness: Witness, page: Page) -> None:
    """Name, tax id, address and bank of both parties, each with its place."""
    names = [spot for spot in page.find(labels.NAME) if not _goes_on_before(page, spot)]
    if not names:
        return
    for party, name in _sides(page, names):
        limit = _limit(page, name)
        say_name(witness, page, party, name, limit)
        tax_id = _below(page.find(labels.TAX_ID), name)
        if tax_id:
            _say_tax_id(witness, page, party, tax_id, limit)
        for field, label in LATER.items():
            if spot := _below(page.find(label), name):
                _say_text(witness, f"{party}.{field}", page.right_of(spot, limit))


def _goes_on_before(page: Page, name: Spot) -> bool:
    """Whether the label is the end of a longer one, as of 项目名称; a name may end so too, but further left."""
    before = page.within(name.x0 - LETTER * name.height, name.y0, name.x0, name.y1)
    return bool(before) and before[-1].text[-1] in LONGER


def _sides(page: Page, names: Sequence[Spot]) -> Iterator[tuple[str, Spot]]:
    """Each party with the place of its name label, told by the words beside it, else by the order of reading."""
    named = {_side(page, spot): spot for spot in reversed(names)}
    if "buyer" in named and "seller" in named:
        yield "buyer", named["buyer"]
        yield "seller", named["seller"]
    elif len(names) == 2:
        yield from zip(("buyer", "seller"), names, strict=True)
    else:
        yield from ((party, spot) for party, spot in named.items() if party)


def _side(page: Page, spot: Spot) -> str | None:
    if word := SIDE_WORD.match(spot.text):
        return SIDE[word.group()[0]]
    reach = 6 * spot.height
    beside = page.touching(spot.x0 - SIDE_REACH, spot.y0 - reach / 2, spot.x0 - 1, spot.y1 + reach)
    single = [run for run in beside if run.is_single and run.text in SIDE]
    alone = [run for run in single if _is_alone(run, beside)]
    return min(((abs(run.middle - spot.middle), SIDE[run.text]) for run in alone), default=(0.0, None))[1]


def _limit(page: Page, name: Spot) -> float:
    """Where the party's block ends: at the next block's column of single characters, or the next label."""
    lines = page.touching(name.x1, name.y0 - 2 * name.height, page.width, name.y1 + 6 * name.height)
    marks = [run.x0 for run in _stacked(lines)]
    level = [
        spot.x0 for spot in page.every_label if spot.x0 > name.x1 and abs(spot.middle - name.middle) < 4 * name.height
    ]
    return min((x for x in (*marks, *level) if x > name.x1 + 2 * name.height), default=page.width) - 1


def _stacked(runs: list[Run]) -> list[Run]:
    """Single characters that stand one below another with nothing beside them: the words that name a block."""
    single = [run for run in runs if run.is_single and run.text in BLOCK_WORDS]
    alone = [run for run in single if _is_alone(run, runs)]
    return [run for run in alone if any(_is_above_or_below(run, other) for other in alone)]


def _is_alone(run: Run, runs: Iterable[Run]) -> bool:
    """Whether nothing stands close beside it on its line."""
    reach = 0.6 * run.height
    level = [other for other in runs if abs(run.middle - other.middle) < reach and other is not run]
    return not any(other.x0 - run.x1 < reach and run.x0 - other.x1 < reach for other in level)


def _is_above_or_below(run: Run, other: Run) -> bool:
    apart = abs(run.middle - other.middle)
    return 0.7 * run.height < apart < 4 * run.height and abs(run.x0 - other.x0) < 0.6 * run.height


def _below(spots: Sequence[Spot], name: Spot) -> Spot | None:
    """The label of this block: near the name's left edge, next below it."""
    near = (spot for spot in spots if abs(spot.x0 - name.x0) < 3 * name.height and spot.y0 > name.y0 - name.height)
    return next((spot for spot in near if spot.y0 < name.y0 + 7 * name.height), None)


def say_name(witness: Witness, page: Page, party: str, name: Spot, limit: float) -> None:
    """The name on the label's line, and lines that wrap below it before the next label."""
    following = [spot.y0 for spot in page.every_label if name.y1 < spot.middle and spot.x0 < limit]
    floor = min([*following, name.y1 + MOST_WRAPPED * name.height]) - 0.35 * name.height
    block = page.within(name.x1 - name.slack, name.y0 - 0.9 * name.height, limit, max(floor, name.y1))
    near = (_connected(line, name.x1) for line in in_lines(block))
    lines = [line for line in near if line and not NOT_A_NAME.search(normalise.compact(joined(line)))]
    _say_text(witness, f"{party}.name", [run for line in lines for run in line])


def _connected(line: list[Run], start: float) -> list[Run]:
    """The runs of a line from where it should begin up to the first wide gap: beyond is something else."""
    kept: list[Run] = []
    end = start
    for run in line:
        if run.x0 - end > WIDE_GAP * run.height:
            break
        kept.append(run)
        end = run.x1
    return kept


def _say_tax_id(witness: Witness, page: Page, party: str, spot: Spot, limit: float) -> None:
    beside = page.right_of(spot, limit) or page.within(spot.x0, spot.y1, limit, spot.y1 + 1.2 * spot.height)
    for runs in (close(beside), *([run] for run in beside)):
        if normalise.tax_id(joined(runs)):
            beside = runs
            break
    if value := normalise.tax_id(joined(beside)):
        witness.say(f"{party}.tax_id", value, box=around(beside))


def _say_text(witness: Witness, field: str, runs: list[Run]) -> None:
    printed = without_red(runs)
    text = "".join(joined(line) for line in in_lines(printed))
    witness.say(field, normalise.printed(text), box=around(printed))
