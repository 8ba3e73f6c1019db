"""How the editor arranges the parameters: by what they are for, each with the rules that read it."""

from collections.abc import Sequence
from functools import cache

from reimburse.domain.finding import Text
from reimburse.web.language import say, t
from reimburse.web.roles import role_words
from rules.catalogue import RULES
from rules.parameter_text import Field, fields
from rules.rule import Rule
from rules.simulation import BY_ITSELF

GROUPS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (
        Text("时限", "Time limits"),
        (
            "claim_within_months",
            "issued_within_days",
            "invoicing_within_months",
            "long_after_end_days",
            "advance_open_days",
            "certify_within_days",
            "invoice_lead_working_days",
            "offset_within_working_days",
            "trip_slack_days",
            "tax_id_15_cutoff",
        ),
    ),
    (
        Text("金额线与佐证", "Amounts and evidence"),
        (
            "amount_tolerance",
            "large_spend_over",
            "large_spend_evidence",
            "request_over",
            "second_look_over",
            "three_flows_approval_over",
            "unsupported_over",
            "unsupported_approval_over",
            "payment_evidence_over",
            "fx_tolerance",
        ),
    ),
    (
        Text("允许与要求", "What is allowed"),
        ("personal_titles_allowed", "allow_partial_claims", "allow_partial_red", "print_and_seal"),
    ),
    (
        Text("审批与时钟", "Approval and clocks"),
        (
            "auto_approve_up_to",
            "director_over",
            "finance_head_over",
            "reminder_working_days",
            "escalation_working_days",
            "draft_days",
            "chase_before_days",
            "chase_every_days",
            "archive_years",
        ),
    ),
)
REST = Text("查验与风险", "Verification and risk")
UNITS = {
    "months": "个月",
    "CNY": "元",
    "attachment kinds": "附件种类",
    "date": "日期",
    "yes/no": "是/否",
    "days": "天",
    "working days": "个工作日",
    "hours": "小时",
    "queries": "次",
    "invoices": "张",
    "share": "比例",
    "bits": "位",
    "years": "年",
}


def step_words(steps: Sequence[str]) -> str:
    """Who approves by the amount, beyond the department's approver."""
    if not steps:
        return t("部门审批", "approver")
    return "、".join(t("自动批准", "by itself") if step == BY_ITSELF else say(role_words(step)) for step in steps)


def unit_word(unit: str) -> str:
    """A parameter's unit in the reader's language."""
    return t(UNITS.get(unit, unit), unit)


@cache
def groups() -> tuple[tuple[Text, tuple[Field, ...]], ...]:
    """Every parameter in one group; what no group names is of verification and risk."""
    known = {item.name: item for item in fields()}
    named = [(words, tuple(known.pop(name) for name in names if name in known)) for words, names in GROUPS]
    return (*named, (REST, tuple(known.values())))


@cache
def rules_using(name: str) -> tuple[Rule, ...]:
    """The rules that read a parameter."""
    return tuple(rule for rule in RULES if name in rule.uses)
