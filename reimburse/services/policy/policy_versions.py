"""Finance makes a version of the policy: one person drafts and publishes, a second one approves, everyone is told."""

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import quote

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.access import finance_only
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.notices import tell, tell_everyone
from reimburse.services.policy import policies
from reimburse.store.db import now, today, transaction
from reimburse.store.events import record
from reimburse.store.people import PersonRow, RoleGrantRow
from reimburse.store.policies import PolicyVersionRow
from rules import policy_text
from rules.policy import Policy

DRAFT, PROPOSED, PUBLISHED = "draft", "proposed", policies.PUBLISHED
LONGEST_NAME = 50


def start(by_id: int, based_on: str | None = None) -> int:
    """A draft that says what a version says, the one in force unless another is named; its id."""
    with transaction() as session:
        _editor(session, by_id)
        base = _version(based_on) if based_on else policies.in_force()
        name = _next_name(session)
        policy = _named(base, name, today() + timedelta(days=1))
        row = PolicyVersionRow(based_on=base.version, state=DRAFT, created_by_id=by_id, created_at=now())
        _put(row, policy_text.texts_of(policy), policy)
        row.edited_by = [by_id]
        session.add(row)
        session.flush()
        _note(session, row, "drafted", by_id)
        return row.id


def save(by_id: int, draft_id: int, revision: int, files: Mapping[str, str]) -> None:
    """Change files of a draft; ``BadPolicy`` names file and key of what cannot be used, and nothing is saved."""
    with transaction() as session:
        row = _draft(session, by_id, draft_id, revision)
        texts = {**row.files, **files}
        policy = policy_text.policy_of(texts)
        if policy.version != row.version:
            _free(session, policy.version, row.id)
        _put(row, texts, policy)
        _edited(row, by_id)


def propose(by_id: int, draft_id: int, revision: int, name: str, effective_from: date, reason: str) -> None:
    """Publish a draft, for a second person to approve: under this name, from this day on, for this reason."""
    if not reason.strip():
        raise Refused("请写明修改原因。", "Say why the policy changes.")
    with transaction() as session:
        row = _draft(session, by_id, draft_id, revision)
        _not_past(effective_from)
        _free(session, name.strip(), row.id)
        policy = _named(policy_text.policy_of(row.files), name.strip(), effective_from)
        head = {"policy.toml": policy_text.texts_of(policy)["policy.toml"]}
        _put(row, {**row.files, **head}, policy)
        _edited(row, by_id)
        row.state, row.published_by_id, row.reason, row.sent_back = PROPOSED, by_id, reason.strip(), ""
        _note(session, row, "proposed", by_id)
        _ask_second_person(session, row)


def send_back(by_id: int, draft_id: int, revision: int, why: str) -> None:
    """Open a proposed version again: by its maker, or by the second person, who says why."""
    with transaction() as session:
        row = _locked(session, draft_id, revision)
        person = _of_finance(session, by_id)
        if row.state != PROPOSED:
            raise Stale
        if person.id != row.published_by_id and not why.strip():
            raise Refused("请写明退回原因。", "Say why it is sent back.")
        maker = session.get_one(PersonRow, row.published_by_id)
        row.state, row.published_by_id, row.sent_back = DRAFT, None, why.strip()
        row.updated_at = now()
        _note(session, row, "sent_back", by_id)
        if maker.id != by_id:
            text = Text(f"政策 {row.version} 被退回：{why.strip()}", f"Policy {row.version} came back: {why.strip()}")
            tell(session, maker, "policy", text, f"/policy/drafts/{row.id}", text)


def approve(by_id: int, draft_id: int, revision: int) -> str:
    """Approve a proposed version as a second person: it is published, for ever, and everyone is told. Its name."""
    with transaction() as session:
        row = _locked(session, draft_id, revision)
        person = _of_finance(session, by_id)
        if row.state != PROPOSED:
            raise Stale
        if not may_approve(person, row):
            raise Refused(
                "须由未参与编制的另一位财务人员批准。", "Somebody of finance who had no part in it has to approve."
            )
        _not_past(row.effective_from)
        _free(session, row.version, row.id)
        policy_text.policy_of(row.files)
        row.state, row.approved_by_id, row.published_at, row.updated_at = PUBLISHED, by_id, now(), now()
        session.flush()
        policies.forget_published(session)
        _note(session, row, "published", by_id)
        _tell_everyone(session, row)
        return row.version


def discard(by_id: int, draft_id: int) -> None:
    """Throw a draft away; its events stay."""
    with transaction() as session:
        row = _draft(session, by_id, draft_id, None)
        _note(session, row, "discarded", by_id)
        session.delete(row)


def may_edit(person: PersonRow) -> bool:
    """Whether the person makes versions."""
    return Role.FINANCE_HEAD in person.roles()


def may_approve(person: PersonRow, row: PolicyVersionRow) -> bool:
    """Whether the person may approve this version: of finance, and without a part in it."""
    return bool(person.roles() & FINANCE) and person.id not in {row.published_by_id, *row.edited_by}


def _editor(session: Session, by_id: int) -> PersonRow:
    person = session.get_one(PersonRow, by_id)
    if not may_edit(person):
        raise NotFound
    return person


def _of_finance(session: Session, by_id: int) -> PersonRow:
    person = session.get_one(PersonRow, by_id)
    finance_only(person)
    return person


def _locked(session: Session, draft_id: int, revision: int | None) -> PolicyVersionRow:
    query = select(PolicyVersionRow).where(PolicyVersionRow.id == draft_id).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    if revision is not None and row.revision != revision:
        raise Stale
    return row


def _draft(session: Session, by_id: int, draft_id: int, revision: int | None) -> PolicyVersionRow:
    _editor(session, by_id)
    row = _locked(session, draft_id, revision)
    if row.state != DRAFT:
        raise Refused(
            "这个版本已提交批准，不能再改；需要修改请先撤回。",
            "This version waits for approval and cannot be changed: take it back first.",
        )
    return row


def _put(row: PolicyVersionRow, files: Mapping[str, str], policy: Policy) -> None:
    row.files, row.digest = dict(files), policy_text.digest_of(files)
    row.version, row.effective_from = policy.version, policy.effective_from
    row.updated_at = now()


def _edited(row: PolicyVersionRow, by_id: int) -> None:
    row.edited_by = sorted({*row.edited_by, by_id})


def _named(policy: Policy, name: str, effective_from: date) -> Policy:
    return replace(policy, version=name, effective_from=effective_from)


def _version(name: str) -> Policy:
    try:
        return policies.book().version(name)
    except KeyError:
        raise NotFound from None


def _next_name(session: Session) -> str:
    """The year and the next free number in it: ``2026.2``."""
    taken = {policy.version for policy in policies.book().versions} | set(
        session.scalars(select(PolicyVersionRow.version))
    )
    year = today().year
    return next(name for number in range(1, len(taken) + 2) if (name := f"{year}.{number}") not in taken)


def _free(session: Session, name: str, own_id: int) -> None:
    if not name or len(name) > LONGEST_NAME or "/" in name or not name.isprintable():
        raise Refused(
            f"版本号须为 1 至 {LONGEST_NAME} 个字符，不含“/”。",
            f"A version's name has 1 to {LONGEST_NAME} characters and no slash.",
        )
    others = select(PolicyVersionRow.version).where(PolicyVersionRow.id != own_id)
    if name in {*session.scalars(others), *(policy.version for policy in policies.book().versions)}:
        raise Refused(f"版本号 {name} 已被使用。", f"There is a version {name} already.")


def _not_past(effective_from: date) -> None:
    if effective_from < today():
        raise Refused(
            f"生效日期 {effective_from} 已过，最早为今天：已提交的报销单按提交时的政策判断。",
            f"{effective_from} is past; today is the earliest: claims are judged by the policy they were made under.",
        )


def _note(session: Session, row: PolicyVersionRow, kind: str, by_id: int) -> None:
    said = {"version": row.version, "effective_from": row.effective_from.isoformat(), "digest": row.digest}
    record(session, f"policy:{row.id}", kind, by_id, now(), said)


def _ask_second_person(session: Session, row: PolicyVersionRow) -> None:
    text = Text(f"请审核并批准政策 {row.version}", f"Please look at policy {row.version} and approve it")
    body = Text(
        f"请审核政策 {row.version}（{row.effective_from} 起生效）。修改原因：{row.reason}",
        f"Please look at policy {row.version}, in force from {row.effective_from}. Why it changes: {row.reason}",
    )
    finance = select(RoleGrantRow.person_id).where(RoleGrantRow.role.in_(FINANCE))
    for person in session.scalars(select(PersonRow).where(PersonRow.id.in_(finance), PersonRow.active)):
        if may_approve(person, row):
            tell(session, person, "policy", text, f"/policy/drafts/{row.id}", body)


def _tell_everyone(session: Session, row: PolicyVersionRow) -> None:
    text = Text(
        f"报销政策 {row.version} 自 {row.effective_from} 起生效：{row.reason}",
        f"Expense policy {row.version} is in force from {row.effective_from}: {row.reason}",
    )
    tell_everyone(session, "policy", text, f"/policy/versions/{quote(row.version)}")
