"""Readers on files that nobody has seen: forms of every family drawn at random, read, and held against what was drawn.

    python -m bench.unseen [--seed N] [--files 400] [--keep FOLDER]

A field is wrong where it says otherwise than what was drawn; flagged where a conflict or ``missing`` names it. Exit
status 1 where under 99 % of the fields are exact or anything is wrong in silence.
"""

import argparse
import random
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import parsers
from bench.unseen.businesses import BUSINESSES
from bench.unseen.forms import Setting, setting
from bench.unseen.pages import controlled, digital
from bench.unseen.producers import PRODUCERS
from bench.unseen.values import Taste, invoice
from parsers.document import Document
from parsers.normalise import compact
from reimburse.domain.invoice import Invoice, InvoiceKind
from reimburse.domain.invoice_json import invoice_to_json
from reimburse.domain.reading import Reading

KINDS = (
    InvoiceKind.SPECIAL_DIGITAL,
    InvoiceKind.GENERAL_DIGITAL,
    InvoiceKind.GENERAL_DIGITAL,
    InvoiceKind.GENERAL_ELECTRONIC,
    InvoiceKind.SPECIAL_ELECTRONIC,
)
LEAST_EXACT = 0.99
NOT_PRINTED = frozenset({"red_letter_of", "travel", "currency"})


@dataclass(slots=True)
class Tally:
    """What was read rightly, wrongly with a flag, and wrongly in silence."""

    exact: int = 0
    flagged: int = 0
    absent: int = 0
    silent: int = 0
    doubted: int = 0
    """Files that were read rightly and yet raise a conflict."""
    fields: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A file, what it states, and how it was set."""

    name: str
    data: bytes
    told: Invoice
    how: Setting
    business: str


def drawn(seed: int) -> Drawn:
    """The file of this seed."""
    rng = random.Random(seed)
    kind = rng.choice(KINDS)
    how = setting(rng)
    if kind in {InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.GENERAL_DIGITAL}:
        business = rng.choice(BUSINESSES)
        fields = frozenset(column.field for column in business.columns)
        told = invoice(rng, Taste(kind, rng.choice((3, 6, 16)), fields))
        return Drawn(f"{seed}.pdf", digital(told, business, how), told, how, business.word)
    told = invoice(rng, Taste(kind, 2))
    return Drawn(f"{seed}.pdf", controlled(rng, told, how), told, how, "")


def produced(seed: int) -> Drawn:
    """The file of this seed by one of the demo's producers."""
    rng = random.Random(f"producer {seed}")
    name = rng.choice(sorted(PRODUCERS))
    told = invoice(rng, PRODUCERS[name].taste(rng))
    return Drawn(f"{seed}", PRODUCERS[name].draw(told), told, Setting(), name)


def compared(told: dict[str, Any], read: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every field with what was drawn and what was read."""
    for name, value in told.items():
        path = prefix + name
        other = read.get(name)
        if path in NOT_PRINTED:
            continue
        if isinstance(value, dict):
            yield from compared(value, other or {}, f"{path}.")
        elif name == "lines":
            for index in range(max(len(value), len(other or []))):
                pair = [side[index] if index < len(side) else {} for side in (value, other or [])]
                yield from compared(pair[0] or dict.fromkeys(pair[1]), pair[1], f"{path}.{index}.")
        else:
            yield path, value, other


def same(path: str, told: Any, read: Any) -> bool:
    """Whether the reading says what was drawn."""
    if told is None or read is None or isinstance(told, bool):
        return bool(told == read) or (told, read) in {(False, None), (None, False)}
    if path.endswith(("quantity", "unit_price", "tax_rate", "amount_excl_tax", "tax_amount", "total_incl_tax")):
        return Decimal(told) == Decimal(read)
    return compact(told) == compact(read)


def is_flagged(path: str, reading: Reading) -> bool:
    """Whether a conflict or ``missing`` names the field, or for a line's field the lines."""
    named = {conflict.field for conflict in reading.conflicts} | set(reading.missing)
    line = path.rpartition(".")[0]
    return path in named or (
        path.startswith("lines.") and ("lines" in named or any(name.startswith(line) for name in named))
    )


def judge(file: Drawn, tally: Tally) -> None:
    """Reads the file and counts."""
    readings = parsers.read(Document(file.name, file.data))
    reading = readings[0]
    read = invoice_to_json(reading.invoice) if reading.invoice else {}
    before = tally.flagged + tally.absent + tally.silent
    for path, told, said in compared(invoice_to_json(file.told), read):
        if same(path, told, said):
            tally.exact += 1
        elif is_flagged(path, reading) or len(readings) != 1:
            tally.flagged += 1
            tally.fields[f"flagged {_plain(path)}"] += 1
        elif said is None:
            tally.absent += 1
            _note(tally, file, "absent", path, told, said)
        else:
            tally.silent += 1
            _note(tally, file, "SILENT", path, told, said)
    if reading.conflicts and tally.flagged + tally.absent + tally.silent == before:
        tally.doubted += 1
        for conflict in reading.conflicts:
            tally.fields[f"doubted {_plain(conflict.field)}"] += 1
            said = {source.value: value for source, value in conflict.values.items()}
            tally.doubts.append(f"doubted {_described(file)} {conflict.field}: {said}")


def _note(tally: Tally, file: Drawn, what: str, path: str, told: Any, said: Any) -> None:
    tally.fields[f"{what} {_plain(path)}"] += 1
    tally.examples.append(f"{what} {_described(file)} {path}: {told!r} read as {said!r}")


def _described(file: Drawn) -> str:
    how = file.how
    setting = "/".join((how.font[:3], how.pieces, how.rules, how.align, how.overflow))
    return f"{file.name} {file.told.kind.value} {file.business} {setting}"


def _plain(path: str) -> str:
    return ".".join(part for part in path.split(".") if not part.isdigit())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000) * 1000)
    options.add_argument("--files", type=int, default=400)
    options.add_argument("--examples", type=int, default=25)
    options.add_argument("--keep", type=Path)
    chosen = options.parse_args()
    tally = Tally()
    for seed in range(chosen.seed, chosen.seed + chosen.files):
        file, before = (drawn, produced)[seed % 3 == 0](seed), len(tally.examples)
        judge(file, tally)
        if chosen.keep and len(tally.examples) > before:
            chosen.keep.mkdir(parents=True, exist_ok=True)
            (chosen.keep / file.name).write_bytes(file.data)
    print(f"seed {chosen.seed}, {chosen.files} files")
    print(*(*tally.examples, *tally.doubts)[: chosen.examples], sep="\n")
    print(*(f"{count:6} {name}" for name, count in tally.fields.most_common()), sep="\n")
    whole = tally.exact + tally.flagged + tally.absent + tally.silent
    print(
        f"{whole} fields: {tally.exact / whole:.2%} exact, {tally.flagged} wrong and flagged, "
        f"{tally.absent} not read, {tally.silent} wrong in silence; "
        f"{tally.doubted} files doubted without need"
    )
    raise SystemExit(0 if tally.exact >= LEAST_EXACT * whole and not tally.silent else 1)


if __name__ == "__main__":
    main()
