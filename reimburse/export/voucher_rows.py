"""What fields of a voucher layout may name: the facts of an entry and of each of its postings."""

from collections.abc import Mapping
from dataclasses import dataclass

from reimburse.domain.ledger import LedgerEntry, Posting, Side
from reimburse.export.chart import AuxiliaryName, Chart
from reimburse.export.layout import Layout
from reimburse.export.layout_rows import Group, Record, Value

MOST_ITEMS = 8


@dataclass(frozen=True, slots=True)
class VoucherHead:
    """What all vouchers of a file share. ``made_by`` is the person who made the batch."""

    batch_no: str
    legal_entity: str
    tax_id: str
    made_by: str


def voucher_group(layout: Layout, chart: Chart, head: VoucherHead, entry: LedgerEntry) -> Group:
    """An entry as the rows of a layout."""
    of_entry = _entry_record(head, entry)
    records = tuple(
        {
            **of_entry,
            **_posting_record(layout, chart, posting),
            "row": layout.first_number + number,
            "row_1": number + 1,
        }
        for number, posting in enumerate(entry.postings)
    )
    return Group(f"凭证 {entry.number} ({entry.source})", records)


def _entry_record(head: VoucherHead, entry: LedgerEntry) -> dict[str, Value]:
    return {
        "date": entry.made_on,
        "year": entry.made_on.year,
        "period": entry.made_on.month,
        "year_period": f"{entry.made_on:%Y%m}",
        "word": entry.word,
        "number": entry.number,
        "business_no": f"{head.batch_no}-{entry.number:03}",
        "attachments": entry.attachments,
        "source": entry.source,
        "reverses": entry.reverses,
        "batch_no": head.batch_no,
        "legal_entity": head.legal_entity,
        "tax_id": head.tax_id,
        "made_by": head.made_by,
        "debits": entry.debits,
        "credits": entry.credits,
    }


def _posting_record(layout: Layout, chart: Chart, posting: Posting) -> Record:
    debit = posting.side is Side.DEBIT
    kept_by = _kept_by(chart, posting)
    return {
        "digest": posting.digest,
        "account": posting.account.code.replace(".", layout.account_separator),
        "account_name": posting.account.name,
        "debit": posting.amount if debit else None,
        "credit": None if debit else posting.amount,
        "amount": posting.amount,
        "side": layout.sides[0 if debit else 1],
        "claim_no": posting.claim_no,
        "invoice": posting.invoice,
        **{name: code for name, (code, _) in kept_by.items()},
        **{f"{name}_name": words for name, (_, words) in kept_by.items()},
        **_items(layout, kept_by),
    }


def _kept_by(chart: Chart, posting: Posting) -> Mapping[AuxiliaryName, tuple[str, str]]:
    """Code and name of each auxiliary that the account is kept by, where it is known."""
    known = posting.auxiliaries
    found: dict[AuxiliaryName, tuple[str, str]] = {
        "department": (known.department, known.department),
        "project": (known.project, known.project),
        "cost_center": (known.cost_center, known.cost_center),
        "person": (known.person_no, known.person),
        "supplier": (known.supplier_tax_id or known.supplier, known.supplier),
    }
    wanted = chart.auxiliaries.get(posting.purpose, ())
    return {
        name: (chart.codes.get(name, {}).get(code, code), words)
        for name, (code, words) in found.items()
        if name in wanted and code
    }


def _items(layout: Layout, kept_by: Mapping[AuxiliaryName, tuple[str, str]]) -> dict[str, Value]:
    """The auxiliaries as the program calls them: all in one text, and one by one (``item_1_kind`` and so on)."""
    present = [(kind, *kept_by[name]) for name, kind in layout.items.items() if name in kept_by]
    texts = [layout.item_format.format(kind=kind, code=code, name=words) for kind, code, words in present]
    one_by_one: dict[str, Value] = {}
    for number, (kind, code, words) in enumerate(present[:MOST_ITEMS], start=1):
        one_by_one |= {f"item_{number}_kind": kind, f"item_{number}": code, f"item_{number}_name": words}
        one_by_one[f"item_{number}_text"] = texts[number - 1]
    return {"items": layout.item_separator.join(texts), **one_by_one}
