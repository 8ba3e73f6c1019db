"""The shared corpus and its truth, and what testimonies say against it. Skips where the corpus is absent."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from parsers.agreement import agree
from parsers.document import Document
from parsers.testimony import Found
from reimburse.domain.invoice_json import plain_number

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
HEAD = ("kind", "code", "number", "check_code", "issue_date", "amount_excl_tax", "tax_amount", "total_incl_tax")
PARTY = ("name", "tax_id")
LINE = ("item_name", "specification", "unit", "quantity", "unit_price", "amount_excl_tax", "tax_rate", "tax_amount")


def truths(*folders):
    """Truth entries of these folders as parameters; one skipped parameter where there is no corpus."""
    if not CORPUS.is_dir():
        return [pytest.param(None, marks=pytest.mark.skip(reason="the shared corpus is not here"))]
    entries = [json.loads(row) for row in (CORPUS / "truth.jsonl").read_text("utf-8").splitlines()]
    chosen = [entry for entry in entries if entry["file"].split("/")[0] in folders]
    return [pytest.param(entry, id=entry["file"]) for entry in chosen]


def corpus_document(name: str) -> Document:
    """A file of the corpus."""
    if not (CORPUS / name).is_file():
        pytest.skip("the shared corpus is not here")
    return Document(name, (CORPUS / name).read_bytes())


def expected_fields(truth: dict) -> dict[str, str]:
    """The certain fields of a truth entry by dotted name."""
    fields = {name: truth[name] for name in HEAD if truth.get(name) is not None}
    for party in ("buyer", "seller"):
        stated = truth.get(party) or {}
        fields |= {f"{party}.{name}": stated[name] for name in PARTY if stated.get(name)}
    if truth.get("red_letter_of"):
        fields["red_letter_of.number"] = truth["red_letter_of"]["number"]
    return fields


def said(found: Found) -> dict[str, set[str]]:
    """All values said of each field, over all testimonies."""
    values: dict[str, set[str]] = {}
    for testimony in found.testimonies:
        for name, seen in testimony.fields.items():
            values.setdefault(name, set()).add(seen.value)
    return values


def assert_told(found: Found, truth: dict) -> None:
    """Each certain field is said and never said otherwise; each testimony with lines lists the true ones."""
    values = said(found)
    for name, value in expected_fields(truth).items():
        assert values.get(name), name
        assert all(agree(name, value, other) for other in values[name]), (name, values[name])
    if truth.get("lines"):
        listing = [testimony for testimony in found.testimonies if testimony.lines]
        assert listing
        for testimony in listing:
            assert_lines([placed.line for placed in testimony.lines], truth["lines"])


def assert_lines(lines, expected) -> None:
    """Lines equal the true ones field by field, numbers by value."""
    assert len(lines) == len(expected)
    for line, true in zip(lines, expected, strict=True):
        for name in LINE:
            if name in true:
                assert _comparable(name, getattr(line, name), line) == _true(true[name]), name


def _comparable(name, value, line):
    if name == "tax_rate" and value is None and line.treatment:
        return {"exempt": "免税", "not_taxed": "不征税"}.get(line.treatment.value)
    return _true(plain_number(value) if isinstance(value, Decimal) else value)


def _true(text):
    try:
        return Decimal(text) if text is not None else None
    except ArithmeticError:
        return text
