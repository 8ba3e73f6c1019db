"""One invoice out of all its files and of what people changed by hand: the same input gives the same invoice, always.

Works on the JSON forms (CONTRACTS: ``parse --json``). Files may disagree, with themselves and with each other, which
is a conflict until finance has decided it.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from reimburse.domain.amount_words import to_words
from reimburse.domain.invoice_fields import is_missing, is_of_no_line, put, same, value_at
from reimburse.domain.invoice_json import Json
from reimburse.domain.told import PICTURED, Told, is_native, rank

SOURCE_OF_FORMAT = {"xml": "xml", "xbrl": "xbrl", "ofd": "ofd", "pdf": "text", "image": "qr"}
COMPARED = (
    "code",
    "number",
    "check_code",
    "issue_date",
    "buyer.name",
    "buyer.tax_id",
    "seller.name",
    "seller.tax_id",
    "amount_excl_tax",
    "tax_amount",
    "total_incl_tax",
)
"""Identity and money: what two files of one invoice have to agree on."""
STANDING = ("accepted", "confirmed")


@dataclass(frozen=True, slots=True)
class Correction:
    """A field completed or proposed by a person. ``state``: accepted, proposed, confirmed, refused, replaced."""

    field: str
    value: str
    state: str
    by: int
    at: str


@dataclass(slots=True)
class Composed:
    """The invoice as it stands. ``seen`` items also carry ``document_id``, those by hand ``by`` and ``at``."""

    leading: Told
    pictured: Told | None
    data: Json
    seal: str | None
    native: bool
    seen: dict[str, list[Json]] = field(default_factory=dict)
    conflicts: dict[str, dict[str, str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def compose(told: Sequence[Told], corrections: Sequence[Correction] = ()) -> Composed:
    """The invoice that these files (at least one) and corrections (oldest first) make."""
    ranked = sorted(told, key=rank)
    composed = Composed(ranked[0], _pictured(ranked), _filled(ranked), _seal(ranked), is_native(ranked[0]))
    composed.seen = _witnesses(ranked)
    composed.conflicts = _conflicts(ranked)
    for correction in _standing(corrections):
        _apply(composed, correction)
    composed.missing = [name for name in _ever_missing(ranked) if _is_missing(composed.data, name)]
    return composed


def _pictured(ranked: Sequence[Told]) -> Told | None:
    """The best file with a page to look at; of an OFD only where there is no other."""
    shown = [told for told in ranked if told.data["format"] in PICTURED]
    return next((told for told in shown if told.data["format"] != "ofd"), shown[0] if shown else None)


def _seal(ranked: Sequence[Told]) -> str | None:
    return "altered" if any(told.seal == "altered" for told in ranked) else ranked[0].seal


def _filled(ranked: Sequence[Told]) -> Json:
    data: Json = deepcopy(dict(ranked[0].data["invoice"]))
    for told in ranked[1:]:
        _fill(data, told.data["invoice"])
        if data["kind"] == "other":
            data["kind"] = told.data["invoice"]["kind"]
    return data


def _fill(data: Json, more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, Mapping) and isinstance(data.get(name), dict):
            _fill(data[name], value)
        elif is_missing(data.get(name)):
            data[name] = deepcopy(value)


def _witnesses(ranked: Iterable[Told]) -> dict[str, list[Json]]:
    seen: dict[str, list[Json]] = {}
    for told in ranked:
        for name, witnesses in told.data["seen"].items():
            placed = ({**witness, "document_id": told.document_id} for witness in witnesses)
            seen.setdefault(name, []).extend(placed)
    return seen


def _conflicts(ranked: Sequence[Told]) -> dict[str, dict[str, str]]:
    conflicts: dict[str, dict[str, str]] = {}
    for told in ranked:
        for conflict in told.data["conflicts"]:
            between = conflicts.setdefault(conflict["field"], {})
            for source, value in conflict["values"].items():
                between.setdefault(source, value)
    for name in COMPARED:
        stated = [(told, value) for told in ranked if (value := value_at(told.data["invoice"], name)) is not None]
        if any(not same(value, stated[0][1]) for _, value in stated[1:]):
            between = conflicts.setdefault(name, {})
            for told, value in stated:
                between.setdefault(_source_of(told, name, value, between), value)
    return conflicts


def _source_of(told: Told, name: str, value: str, taken: Mapping[str, str]) -> str:
    """A source of this file that states the value, if possible one that does not already speak for another value."""
    sources = [str(seen["source"]) for seen in told.data["seen"].get(name, ()) if same(seen["value"], value)]
    sources.append(SOURCE_OF_FORMAT.get(told.data["format"], "text"))
    return next((source for source in sources if source not in taken), sources[0])


def _ever_missing(ranked: Iterable[Told]) -> list[str]:
    return list(dict.fromkeys(name for told in ranked for name in told.data["missing"]))


def _is_missing(data: Json, name: str) -> bool:
    return is_missing(value_at(data, name)) and not is_of_no_line(data, name)


def _standing(corrections: Iterable[Correction]) -> list[Correction]:
    """The last correction of each field and state that counts; refused and replaced ones count for nothing."""
    order = {"accepted": 0, "confirmed": 1, "proposed": 2}
    counted = [correction for correction in corrections if correction.state in order]
    last = {(correction.field, correction.state): correction for correction in counted}
    return sorted(last.values(), key=lambda correction: order[correction.state])


def _apply(composed: Composed, correction: Correction) -> None:
    name, value = correction.field, correction.value
    if is_of_no_line(composed.data, name):
        return
    stated = value_at(composed.data, name)
    witness = {"source": "manual", "value": value, "page": None, "box": None, "by": correction.by, "at": correction.at}
    if correction.state in STANDING:
        composed.seen.setdefault(name, []).append(witness)
    if correction.state == "confirmed":
        _decide(composed, name, value)
    elif is_missing(stated) and correction.state == "accepted":
        put(composed.data, name, value)
    elif name == "lines" or same(_shown(stated), value):
        return
    else:
        between = composed.conflicts.setdefault(name, {})
        between.setdefault(_first_source(composed, name), _shown(stated))
        between["manual"] = value


def _decide(composed: Composed, name: str, value: str) -> None:
    composed.conflicts.pop(name, None)
    put(composed.data, name, value)
    if name == "total_incl_tax":
        # The words are the same statement: who decides the total decides them.
        composed.conflicts.pop("total_in_words", None)
        composed.data["total_in_words"] = to_words(Decimal(value))


def _first_source(composed: Composed, name: str) -> str:
    return str(next((seen["source"] for seen in composed.seen.get(name, ())), "text"))


def _shown(value: Any) -> str:
    return "" if value is None else str(value)
