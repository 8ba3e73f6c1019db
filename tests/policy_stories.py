"""Steps that the tests of policy versions share: draft, change, publish, approve."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.test import TestResponse

from reimburse.services.policy import policy_versions
from reimburse.store.db import db, today
from reimburse.store.policies import PolicyVersionRow
from rules import policy_text
from rules.policy import Policy

Change = Callable[[Policy], Policy]


def row_of(draft_id: int) -> PolicyVersionRow:
    """The version as it is stored now."""
    db.session.rollback()
    return db.session.get_one(PolicyVersionRow, draft_id)


def policy_of(draft_id: int) -> Policy:
    """What the version says."""
    return policy_text.policy_of(row_of(draft_id).files)


def parameters(**values: Any) -> Change:
    """Set parameters."""
    return lambda policy: replace(policy, parameters=replace(policy.parameters, **values))


def change(company: Mapping[str, int], draft_id: int, how: Change) -> None:
    """The finance head changes a draft."""
    policy = how(policy_of(draft_id))
    policy_versions.save(company["zhou"], draft_id, row_of(draft_id).revision, policy_text.texts_of(policy))


def proposed(company: Mapping[str, int], how: Change, name: str = "next", effective_from: date | None = None) -> int:
    """A version that waits for the second person."""
    draft_id = policy_versions.start(company["zhou"])
    change(company, draft_id, how)
    revision = row_of(draft_id).revision
    policy_versions.propose(company["zhou"], draft_id, revision, name, effective_from or today(), "年度调整")
    return draft_id


def published(company: Mapping[str, int], how: Change, name: str = "next", effective_from: date | None = None) -> int:
    """A version that the second person approved."""
    draft_id = proposed(company, how, name, effective_from)
    policy_versions.approve(company["sun"], draft_id, row_of(draft_id).revision)
    return draft_id


def post(client: FlaskClient, draft_id: int, path: str, **form: object) -> TestResponse:
    """Post to a page of the draft, with the revision that it stands at."""
    form.setdefault("revision", row_of(draft_id).revision)
    return client.post(f"/policy/drafts/{draft_id}{path}", data=form)


def values(page: str) -> dict[str, str]:
    """What the fields of a page hold."""
    inputs = re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', page)
    selects = re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    chosen = {name: re.findall(r'value="([^"]*)" selected', options) for name, options in selects}
    return {**dict(inputs), **{name: found[0] for name, found in chosen.items() if found}}
