"""What each sample states, as JSON Lines."""

import json
from collections.abc import Iterable
from typing import Any

from reimburse.demo.samples.sample import Sample
from reimburse.domain.invoice_json import invoice_to_json


def truth_lines(files: Iterable[Sample]) -> str:
    """One object a sample: its invoice's fields, what reading it gives, and what is wrong with it."""
    return "".join(json.dumps(_truth(sample), ensure_ascii=False) + "\n" for sample in files)


def _truth(sample: Sample) -> dict[str, Any]:
    told: dict[str, Any] = {"file": sample.name, "expect": sample.expect}
    optional = {
        "document": sample.document,
        "wrong": sample.wrong,
        "same_invoice_as": sample.same_invoice_as,
        "supports": sample.supports,
        "category": sample.category,
        "attachment_kind": sample.attachment_kind,
        "conflicts": list(sample.conflicts),
        "also": [invoice_to_json(invoice) for invoice in sample.also],
    }
    told |= {name: value for name, value in optional.items() if value}
    told |= {"zh": sample.description.zh, "en": sample.description.en}
    return told | (invoice_to_json(sample.invoice) if sample.invoice else {})
