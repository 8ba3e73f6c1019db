"""The expense policy for finance: its versions, categories and rules. The editor of drafts is nested below it."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.policy import policies, policy_pages, policy_versions
from reimburse.store.db import today
from reimburse.web import policy_editor, policy_publishing
from reimburse.web.access import login_required, me, needs
from reimburse.web.policy_words import step_words, unit_word
from rules import table
from rules.parameter_text import fields, shown
from rules.policy_diff import described, exceptions
from rules.policy_words import PER
from rules.vocabulary import ATTACHMENTS

bp = Blueprint("policy", __name__, url_prefix="/policy")
READERS = FINANCE | {Role.AUDITOR}
SEVERITIES = ("block", "return", "approval", "warn", "info")


@bp.get("")
@needs(*READERS)
def index() -> ResponseReturnValue:
    """The versions, and the drafts that are being made."""
    return render_template(
        "policy/index.html",
        versions=policy_pages.versions(),
        drafts=policy_pages.drafts(),
        edits=policy_versions.may_edit(me()),
    )


@bp.post("/drafts")
@needs(Role.FINANCE_HEAD)
def start() -> ResponseReturnValue:
    """A draft that says what a version says."""
    draft_id = policy_versions.start(me().id, request.form.get("based_on") or None)
    return redirect(url_for("policy.editor.overview", draft_id=draft_id))


@bp.get("/versions/<version>")
@login_required
def show(version: str) -> ResponseReturnValue:
    """One version, for everyone: from when it holds, why it came, what it changed."""
    return render_template("policy/version.html", shown=policy_pages.compared(version))


@bp.get("/categories")
@needs(*READERS)
def categories() -> ResponseReturnValue:
    """The categories in force with their accounts and the evidence they ask for."""
    words = request.args.get("q", "").strip()
    policy = policies.in_force()
    shown = {
        name: item
        for name, item in policy.categories.items()
        if words.lower()
        in f"{name} {item.zh} {item.en} {item.account} {item.account_name} {' '.join(item.items)}".lower()
    }
    caps = [cap for cap in policy.caps if cap.category in shown]
    return render_template(
        "policy/categories.html", categories=shown, caps=caps, policy=policy, attachment_words=ATTACHMENTS, q=words
    )


@bp.get("/rules")
@needs(*READERS)
def rules() -> ResponseReturnValue:
    """The rule table: severity, parameters, exceptions; searched by words and severity."""
    words, severity = request.args.get("q", "").strip(), request.args.get("severity", "")
    policy = policies.in_force()
    rows = [row for row in table.rows(policy) if _holds(row, words.lower(), severity)]
    return render_template(
        "policy/rules.html",
        rules=rows,
        q=words,
        severity=severity,
        severities=SEVERITIES,
        exceptions={
            row["code"]: [described(item) for item in exceptions(policy) if item.rule == row["code"]] for row in rows
        },
        values={item.name: shown(getattr(policy.parameters, item.name)) for item in fields()},
        policy=policy,
    )


def _holds(row: dict[str, Any], words: str, severity: str) -> bool:
    parameters = " ".join(f"{item['name']} {item['zh']} {item['en']}" for item in row["parameters"])
    text = f"{row['code']} {row['title']} {row['title_en']} {row['clause']} {row['explanation']} {parameters}"
    return words in text.lower() and severity in ("", row["severity"])


@bp.context_processor
def _words() -> dict[str, object]:
    return {
        "unit_word": unit_word,
        "step_words": step_words,
        "shown_value": shown,
        "cap_words": PER,
        "finance_roles": FINANCE,
        "default_since": lambda: today() - timedelta(days=policy_publishing.SINCE_DAYS),
    }


bp.register_blueprint(policy_editor.bp)
bp.register_blueprint(policy_publishing.bp)
