"""The auditor's read-only view (F-44): sees archive, reports, batches and claims, and changes nothing of anybody."""

import hashlib
from collections.abc import Collection, Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from reimburse.services.archive import archive_seals
from reimburse.store.claims import ClaimRow
from reimburse.store.db import Base, db
from tests.archive_stories import archived, shipped_policy
from tests.clients import signed_in

__all__ = ["shipped_policy"]
OWN = {
    "sign_in.sign_in": "signing in",
    "sign_in.sign_out": "signing out",
    "sign_in.choose_language": "their own language",
    "notices.read_all": "their own notices",
    "password.change": "their own password",
    "claims.new_from_invoices": "a draft of their own",
    "samplings.draw": "an audit's sample",
    "samplings.note": "an audit's note",
}
"""What an auditor may do: as any employee for themselves, and the papers of an audit. It changes nothing of others."""
EVERYBODYS = frozenset({"payouts.report", "payout_accounts.propose"})
"""For payees: nothing is owed to the auditor."""
SEEN = (
    "archive.index",
    "archive.show",
    "archive.chain",
    "archive_proofs.verify",
    "archive_proofs.seals",
    "archive_proofs.packages",
    "batches.index",
    "batches.show",
    "batch_steps.books",
    "claims.show",
    "review.queue",
    "review.show",
    "reports.index",
    "replays.show",
    "payouts.index",
    "periods.index",
    "suppliers.index",
    "matching.index",
    "statements.index",
    "bills.index",
    "policy.index",
    "invoice.show",
)
LEFT_ALONE = frozenset({"people"})
"""Signing in counts here."""


class Buttons(HTMLParser):
    """The addresses that the buttons of a page would post to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._action: str | None = None
        self._forms: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self._action = (said.get("action") or "here") if said.get("method") == "post" else None
            self._forms |= {said["id"] or "": self._action} if self._action and said.get("id") else {}
        elif tag == "button" and said.get("type") != "button":
            action = self._forms.get(said.get("form") or "", self._action)
            self.found |= {action} if action else set()

    def handle_endtag(self, tag: str) -> None:
        self._action = None if tag == "form" else self._action


@pytest.fixture
def known(company: dict[str, int]) -> dict[str, object]:
    """Values for the parts of addresses: things of others, archived."""
    batch = archived(company)
    archive_seals.seal()
    claim_no = db.session.scalars(select(ClaimRow.claim_no)).one()
    return {"batch_no": batch.batch_no, "claim_no": claim_no, "chain": "claim:1", "month": "2026-11"}


def address(app: Flask, rule: Rule, known: dict[str, object]) -> str:
    values = {name: known.get(name, 1) for name in rule.arguments}
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values) if rule.arguments else rule.rule


def posts(app: Flask, but: Collection[str]) -> Iterator[Rule]:
    rules = app.url_map.iter_rules()
    return (rule for rule in rules if "POST" in (rule.methods or ()) and rule.endpoint not in but)


def kept() -> dict[str, str]:
    """A digest of every table."""
    db.session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in LEFT_ALONE:
            rows = sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
            found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def test_no_post_of_an_auditor_changes_anything(app: Flask, known: dict[str, object]) -> None:
    client, before = signed_in(app, "audit"), kept()
    form = {"reason": "x", "thing": "claim:1", "batch": known["batch_no"], "text": "x", "note": "x"}
    answers = {rule.endpoint: client.post(address(app, rule, known), data=form) for rule in posts(app, OWN.keys())}
    assert len(answers) > 80
    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code >= 500} == {}
    done = [name for name, answer in answers.items() if answer.status_code not in (302, 403, 404, 409, 422)]
    assert done == []
    after = kept()
    assert {name for name in before if after[name] != before[name]} == set()


@pytest.mark.parametrize("area", ["archive", "batch", "review", "report", "payout", "period", "policy", "replay"])
def test_what_is_for_finance_is_refused_or_not_found(app: Flask, known: dict[str, object], area: str) -> None:
    client = signed_in(app, "audit")
    of_area = [rule for rule in posts(app, OWN.keys() | EVERYBODYS) if rule.endpoint.startswith(area)]
    answers = {rule.endpoint: client.post(address(app, rule, known)).status_code for rule in of_area}
    assert {name: code for name, code in answers.items() if code not in (403, 404)} == {}


def test_no_page_that_an_auditor_reads_has_a_button_that_changes_anything(app: Flask, known: dict[str, object]) -> None:
    client = signed_in(app, "audit")
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    for endpoint in SEEN:
        answer = client.get(address(app, rules[endpoint], known))
        assert answer.status_code == 200, endpoint
        buttons = Buttons()
        buttons.feed(answer.text)
        assert {action for action in buttons.found if not action.startswith(("/language/", "/sign-out"))} == set(), (
            endpoint
        )
