"""What would mend a finding: one function an action."""

from functools import lru_cache

from reimburse.domain.finding import Remedy
from rules.vocabulary import ATTACHMENTS, FIELDS, ROLES, word


@lru_cache(maxsize=256)
def attach(kind: str) -> Remedy:
    """Attach a supporting document."""
    name = word(ATTACHMENTS, kind)
    return Remedy("attach", kind, f"附上{name.zh}", f"Attach the {name.en}")


@lru_cache(maxsize=1024)
def reissue(field: str, value: str | None = None) -> Remedy:
    """Have the seller void the invoice, or reverse it by a red letter, and issue it again."""
    name = word(FIELDS, field)
    zh, en = (
        (f"，{name.zh}写为“{value}”", f' with the {name.en} "{value}"')
        if value
        else (f"，更正{name.zh}", f" with the {name.en} put right")
    )
    return Remedy(
        "reissue",
        field,
        f"请销售方作废或红冲后重开发票{zh}",
        f"Ask the seller to void or reverse the invoice and issue it again{en}",
    )


@lru_cache(maxsize=1024)
def edit_line(field: str, value: str | None = None) -> Remedy:
    """Change a field of the expense line."""
    name = word(FIELDS, field)
    zh, en = (f"改为 {value}", f" to {value}") if value else ("", "")
    return Remedy("edit_line", field, f"填写或更正明细的{name.zh}{zh}", f"Fill in or correct the line's {name.en}{en}")


def split_line(zh: str, en: str) -> Remedy:
    """Make several lines of one."""
    return Remedy("split_line", "invoice_ids", zh, en)


@lru_cache(maxsize=256)
def complete(field: str) -> Remedy:
    """Complete a field of the invoice that the file shows but the reader missed."""
    name = word(FIELDS, field)
    return Remedy(
        "edit_invoice",
        field,
        f"票面有{name.zh}而未读出时，在发票页补录",
        f"If the invoice shows the {name.en}, complete it on its page",
    )


def explain(subject: str = "special_explanation") -> Remedy:
    """Say why, in a document that the approvers see."""
    return Remedy("explain", subject, "写明原因，附专项说明", "Say why in a special explanation")


@lru_cache(maxsize=64)
def approve(role: str) -> Remedy:
    """The approval of one role."""
    name = word(ROLES, role)
    return Remedy("approve", role, f"请{name.zh}批准", f"Ask for the approval of {name.en}")


def verify(what: str = "verification") -> Remedy:
    """Query the tax office's platform and keep the result."""
    return Remedy(
        "verify",
        what,
        "在全国增值税发票查验平台查验并登记结果",
        "Verify the invoice on the tax office's platform and record the result",
    )


def remove(what: str, zh: str, en: str) -> Remedy:
    """Take something out of the claim."""
    return Remedy("remove", what, zh, en)


def do(action: str, what: str, zh: str, en: str) -> Remedy:
    """Any other action."""
    return Remedy(action, what, zh, en)
