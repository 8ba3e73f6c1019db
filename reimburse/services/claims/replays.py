"""Judge a stored check again, by the facts and the policy that it had: the same bytes, or what differs."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reimburse.domain.finding_json import answer_to_json
from reimburse.services.claims import checking
from reimburse.services.claims.facts import canonical
from reimburse.services.policy import policies
from reimburse.store.claims import CheckRow, ClaimRow
from reimburse.store.db import db
from rules.claim_json import BadClaim, decode
from rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Replayed:
    """A check and what its replay says. ``gone`` and ``new`` are findings, as ``rule severity subject: message``.

    ``policy_kept`` is False for a check from before policies were kept whole: the version of that name judged.
    ``taken_from``: the claim whose facts these are, where this claim was taken out of it.
    """

    check: CheckRow
    again: str
    gone: tuple[str, ...]
    new: tuple[str, ...]
    policy_kept: bool
    taken_from: str | None = None

    @property
    def identical(self) -> bool:
        """Whether the answer is the same, to the byte."""
        return self.again == self.check.answer

    @property
    def stored_digest(self) -> str:
        """SHA-256 of the answer that was stored."""
        return hashlib.sha256(self.check.answer.encode()).hexdigest()

    @property
    def again_digest(self) -> str:
        """SHA-256 of the answer given now."""
        return hashlib.sha256(self.again.encode()).hexdigest()


def replay_claim(claim: ClaimRow) -> Sequence[Replayed]:
    """Every round of the claim, judged again."""
    rows = db.session.scalars(select(CheckRow).where(CheckRow.claim_id == claim.id).order_by(CheckRow.round))
    return [_of_origin(row) for row in rows]


def replay(check: CheckRow) -> Replayed:
    """Judge these facts again by the policy they were judged by."""
    facts, policy = json.loads(check.facts), policies.kept(check.policy_digest)
    try:
        on = decode(facts).claim.submitted_on
    except BadClaim as unreadable:
        return Replayed(check, "", (), (str(unreadable),), policy is not None)
    answer = checking.judge(facts, on, policy or _of_name(check.policy_version)).answer
    again = canonical(answer_to_json(answer))
    before, after = _findings(check.answer), _findings(again)
    gone, new = (tuple(text for text in one if text not in other) for one, other in ((before, after), (after, before)))
    return Replayed(check, again, gone, new, policy is not None)


def _of_origin(check: CheckRow) -> Replayed:
    """A part of a claim keeps only its own findings; what was judged is the whole claim it was taken out of."""
    if check.taken_from_id is None:
        return replay(check)
    origin = db.session.get_one(CheckRow, check.taken_from_id)
    whole = replay(origin)
    claim_no = db.session.get_one(ClaimRow, origin.claim_id).claim_no
    return Replayed(origin, whole.again, whole.gone, whole.new, whole.policy_kept, claim_no)


def _of_name(version: str) -> Policy | None:
    try:
        return policies.book().version(version)
    except KeyError:
        return None


def _findings(answer: str) -> list[str]:
    return [
        f"{item['rule']} {item['severity']} {next(iter(item['subject'].values()))}: {item['message']['zh']}"
        for item in json.loads(answer)["findings"]
    ]
