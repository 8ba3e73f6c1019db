"""The editor of a draft: one page for each part of the policy; errors stand beside their fields."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.errors import NotFound
from reimburse.services.policy import policy_pages, policy_versions
from reimburse.services.policy.policy_pages import Draft
from reimburse.web import policy_forms, policy_parts
from reimburse.web.access import me, needs
from reimburse.web.language import t
from reimburse.web.policy_forms import Errors
from rules import table
from rules.parameter_text import fields
from rules.policy import Policy
from rules.policy_diff import company_severities
from rules.policy_files import FILES, BadPolicy
from rules.policy_text import texts_of
from rules.policy_words import SEVERITIES
from rules.vocabulary import ATTACHMENTS

bp = Blueprint("editor", __name__, url_prefix="/drafts/<int:draft_id>")
READERS = FINANCE | {Role.AUDITOR}


@bp.get("")
@needs(*READERS)
def overview(draft_id: int) -> ResponseReturnValue:
    """What the draft changes, what it would have said of stored claims, and how it is published."""
    name = policy_pages.published_name(draft_id)
    if name:
        return redirect(url_for("policy.show", version=name))
    draft = policy_pages.draft(draft_id)
    return policy_parts.page("overview", draft, may_approve=policy_versions.may_approve(me(), draft.row))


@bp.get("/parameters")
@needs(*READERS)
def parameters(draft_id: int) -> ResponseReturnValue:
    """Every parameter with its unit, what is allowed, and the value in force."""
    draft = policy_pages.draft(draft_id)
    given = {item.name: policy_parts.given(getattr(draft.policy.parameters, item.name)) for item in fields()}
    return policy_parts.parameters(draft, given, Errors())


@bp.post("/parameters")
@needs(Role.FINANCE_HEAD)
def save_parameters(draft_id: int) -> ResponseReturnValue:
    """Store the parameters, all or none."""
    draft, errors = policy_pages.draft(draft_id), Errors()
    policy = policy_forms.parameters(request.form, draft.policy, errors)
    if errors.found:
        return policy_parts.parameters(
            draft, {item.name: request.form.getlist(item.name) for item in fields()}, errors
        ), 422
    return _saved(draft, policy, "parameters")


@bp.get("/severities")
@needs(*READERS)
def severities(draft_id: int) -> ResponseReturnValue:
    """Each rule's severity for the whole company."""
    draft, words = policy_pages.draft(draft_id), request.args.get("q", "").strip()
    rows = [row for row in table.rows(draft.policy) if row["ends_as"] == "rule" and _found(row, words)]
    chosen = company_severities(draft.policy)
    own = {rule.code: rule.severity.value for rule in policy_forms.JUDGING}
    return policy_parts.page("severities", draft, rules=rows, chosen=chosen, own=own, severities=SEVERITIES, q=words)


@bp.post("/severities")
@needs(Role.FINANCE_HEAD)
def save_severities(draft_id: int) -> ResponseReturnValue:
    """Store the severities that were shown."""
    draft = policy_pages.draft(draft_id)
    return _saved(draft, policy_forms.severities(request.form, draft.policy), "severities", q=request.args.get("q"))


@bp.get("/exceptions")
@needs(*READERS)
def exceptions(draft_id: int) -> ResponseReturnValue:
    """Other severities or parameters for a company, department, grade or category."""
    return policy_parts.exceptions(policy_pages.draft(draft_id), Errors())


@bp.post("/exceptions")
@needs(Role.FINANCE_HEAD)
def add_exception(draft_id: int) -> ResponseReturnValue:
    """One more exception."""
    draft, errors = policy_pages.draft(draft_id), Errors()
    policy = policy_forms.add_exception(request.form, draft.policy, errors)
    return (policy_parts.exceptions(draft, errors), 422) if errors.found else _saved(draft, policy, "exceptions")


@bp.post("/exceptions/<int:place>/remove")
@needs(Role.FINANCE_HEAD)
def remove_exception(draft_id: int, place: int) -> ResponseReturnValue:
    """One exception less."""
    draft = policy_pages.draft(draft_id)
    return _saved(draft, policy_forms.without_exception(draft.policy, place), "exceptions")


@bp.get("/categories")
@needs(*READERS)
def categories(draft_id: int) -> ResponseReturnValue:
    """The categories with accounts and evidence."""
    return policy_parts.page("categories", policy_pages.draft(draft_id), attachment_words=ATTACHMENTS)


@bp.get("/categories/<name>")
@needs(*READERS)
def category(draft_id: int, name: str) -> ResponseReturnValue:
    """One category."""
    return policy_parts.category(policy_pages.draft(draft_id), name, Errors())


@bp.post("/categories/<name>")
@needs(Role.FINANCE_HEAD)
def save_category(draft_id: int, name: str) -> ResponseReturnValue:
    """Store one category."""
    draft, errors = policy_pages.draft(draft_id), Errors()
    if name not in draft.policy.categories:
        raise NotFound
    policy = policy_forms.category(request.form, draft.policy, name, errors)
    return (policy_parts.category(draft, name, errors), 422) if errors.found else _saved(draft, policy, "categories")


@bp.get("/items")
@needs(*READERS)
def items(draft_id: int) -> ResponseReturnValue:
    """Item names that say nothing."""
    return policy_parts.page("items", policy_pages.draft(draft_id))


@bp.post("/items")
@needs(Role.FINANCE_HEAD)
def save_items(draft_id: int) -> ResponseReturnValue:
    """Store the lists."""
    draft = policy_pages.draft(draft_id)
    return _saved(draft, policy_forms.items(request.form, draft.policy), "items")


@bp.get("/caps")
@needs(*READERS)
def caps(draft_id: int) -> ResponseReturnValue:
    """The most that a category may cost, and the tiers of cities."""
    draft = policy_pages.draft(draft_id)
    return policy_parts.caps(draft, [policy_parts.cap_row(cap) for cap in draft.policy.caps], Errors())


@bp.post("/caps")
@needs(Role.FINANCE_HEAD)
def save_caps(draft_id: int) -> ResponseReturnValue:
    """Store the caps, all or none."""
    draft, errors = policy_pages.draft(draft_id), Errors()
    policy = policy_forms.caps(request.form, draft.policy, errors)
    if errors.found:
        return policy_parts.caps(draft, [dict(row) for row in policy_forms.cap_rows(request.form)], errors), 422
    return _saved(draft, policy, "caps")


@bp.get("/files/<file>")
@needs(*READERS)
def file(draft_id: int, file: str) -> ResponseReturnValue:
    """One file of the policy as text."""
    draft = policy_pages.draft(draft_id)
    return policy_parts.file(draft, file, draft.row.files.get(file, ""), None)


@bp.post("/files/<file>")
@needs(Role.FINANCE_HEAD)
def save_file(draft_id: int, file: str) -> ResponseReturnValue:
    """Store one file; what cannot be used is told with its key."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    try:
        if file not in FILES:
            raise NotFound
        policy_versions.save(me().id, draft_id, request.form.get("revision", 0, int), {file: text})
    except BadPolicy as bad:
        return policy_parts.file(policy_pages.draft(draft_id), file, text, bad), 422
    flash(t("已保存。", "Saved."), "success")
    return redirect(url_for("policy.editor.file", draft_id=draft_id, file=file))


def _saved(draft: Draft, policy: Policy, endpoint: str, **address: Any) -> ResponseReturnValue:
    """Store the files that changed, and go back to the page."""
    before, after = texts_of(draft.policy), texts_of(policy)
    changed = {name: text for name, text in after.items() if text != before[name]}
    if changed:
        policy_versions.save(me().id, draft.row.id, request.form.get("revision", 0, int), changed)
    flash(t("已保存。", "Saved.") if changed else t("没有改动。", "Nothing changed."), "success" if changed else "info")
    return redirect(url_for(f"policy.editor.{endpoint}", draft_id=draft.row.id, **address))


def _found(row: dict[str, Any], words: str) -> bool:
    return words.lower() in f"{row['code']} {row['title']} {row['title_en']} {row['clause']}".lower()
