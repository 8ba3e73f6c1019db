"""What each part of the editor of a draft shows."""

from typing import Any

from flask import render_template, request

from reimburse.domain.finding import Text
from reimburse.services.errors import NotFound
from reimburse.services.policy import policy_pages, policy_versions
from reimburse.services.policy.policy_pages import Draft
from reimburse.web import policy_forms
from reimburse.web.access import me
from reimburse.web.policy_forms import Errors
from reimburse.web.policy_words import groups, rules_using
from rules import policy_diff
from rules.parameter_text import fields, typed
from rules.policy import Cap
from rules.policy_diff import described
from rules.policy_files import BadPolicy
from rules.policy_text import FILES
from rules.policy_words import PER, SEVERITIES
from rules.vocabulary import ATTACHMENTS

FEW = 3
"""Empty rows below a table, to add to it."""


def page(name: str, draft: Draft, /, **shown: Any) -> str:
    """A page of the editor. Only the finance head edits, and only a draft."""
    edits = policy_versions.may_edit(me()) and draft.row.state == policy_versions.DRAFT
    return render_template(f"policy/draft/{name}.html", draft=draft, here=name, edits=edits, **shown)


def parameters(draft: Draft, given: dict[str, list[str]], errors: Errors) -> str:
    """Every parameter with what was given, and what is in force."""
    in_force = {item.name: getattr(draft.base.parameters, item.name) for item in fields()}
    return page(
        "parameters",
        draft,
        groups=groups(),
        given=given,
        in_force=in_force,
        errors=errors.found,
        attachment_words=ATTACHMENTS,
        rules_using=rules_using,
    )


def given(value: object) -> list[str]:
    """A parameter's value as its field gives it."""
    texts = value if isinstance(value, tuple) and all(isinstance(item, str) for item in value) else None
    return list(texts) if texts is not None else [typed(value)]


def exceptions(draft: Draft, errors: Errors) -> str:
    """The exceptions, and what a further one may be for."""
    shown = [described(item) for item in policy_diff.exceptions(draft.policy)]
    return page(
        "exceptions",
        draft,
        exceptions=shown,
        errors=errors.found,
        scopes=policy_pages.scopes(draft.policy),
        rules=policy_forms.JUDGING,
        severities=SEVERITIES,
        parameters=fields(),
    )


def category(draft: Draft, name: str, errors: Errors) -> str:
    """One category, as it stands or as it was typed."""
    if name not in draft.policy.categories:
        raise NotFound
    return page(
        "category",
        draft,
        name=name,
        category=draft.policy.categories[name],
        typed=request.form,
        errors=errors.found,
        attachment_words=ATTACHMENTS,
        codes=policy_forms.EVIDENCE_CODES,
        switches=policy_forms.SWITCHES,
    )


def caps(draft: Draft, rows: list[dict[str, str]], errors: Errors) -> str:
    """The caps, with empty rows to add to them."""
    empty: list[dict[str, str]] = [{} for _ in range(FEW)] if not errors.found else []
    return page("caps", draft, rows=[*rows, *empty], per=PER, errors=errors.found)


def cap_row(cap: Cap) -> dict[str, str]:
    """A cap as a row of its table."""
    grades = ", ".join(cap.grades)
    return {
        "category": cap.category,
        "amount": typed(cap.amount),
        "per": cap.per,
        "tier": cap.tier or "",
        "grades": grades,
    }


def file(draft: Draft, file: str, text: str, bad: BadPolicy | None) -> str:
    """One file, and what is wrong with what was typed."""
    if file not in FILES:
        raise NotFound
    wrong = Text(f"{bad.file}：{bad.key} {bad.why}", str(bad)) if bad else None
    return page("files", draft, file=file, files=FILES, text=text, wrong=wrong, bad=bad)
