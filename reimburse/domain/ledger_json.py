"""The JSON form of an accounting entry, both ways: amounts with two places, dates ISO."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from reimburse.domain.ledger import Account, Auxiliaries, LedgerEntry, Posting, Purpose, Side
from reimburse.domain.money import money_text

Json = dict[str, Any]


def entry_to_json(entry: LedgerEntry) -> Json:
    """The entry as JSON; auxiliaries that are unknown are left out."""
    return {
        "number": entry.number,
        "word": entry.word,
        "made_on": entry.made_on.isoformat(),
        "source": entry.source,
        "attachments": entry.attachments,
        "reverses": entry.reverses or None,
        "postings": [_posting_to_json(posting) for posting in entry.postings],
    }


def entry_from_json(data: Json) -> LedgerEntry:
    """The entry that this JSON states; ``Unbalanced`` where it does not balance."""
    return LedgerEntry(
        number=data["number"],
        word=data["word"],
        made_on=date.fromisoformat(data["made_on"]),
        source=data["source"],
        attachments=data["attachments"],
        postings=tuple(_posting_from_json(posting) for posting in data["postings"]),
        reverses=data.get("reverses") or "",
    )


def _posting_to_json(posting: Posting) -> Json:
    return {
        "side": posting.side.value,
        "account": {"code": posting.account.code, "name": posting.account.name},
        "amount": money_text(posting.amount),
        "digest": posting.digest,
        "purpose": posting.purpose.value,
        "auxiliaries": {name: value for name, value in asdict(posting.auxiliaries).items() if value},
        "claim_no": posting.claim_no or None,
        "line": posting.line or None,
        "invoice": posting.invoice or None,
    }


def _posting_from_json(data: Json) -> Posting:
    return Posting(
        side=Side(data["side"]),
        account=Account(**data["account"]),
        amount=Decimal(data["amount"]),
        digest=data["digest"],
        purpose=Purpose(data["purpose"]),
        auxiliaries=Auxiliaries(**data["auxiliaries"]),
        claim_no=data.get("claim_no") or "",
        line=data.get("line") or 0,
        invoice=data.get("invoice") or "",
    )
