"""What a claimant is told: a claim came back and how to mend it, it was approved, a draft is about to expire."""

from sqlalchemy.orm import Session

from reimburse.domain.finding import CheckAnswer, Finding, Remedy, Severity, Text
from reimburse.services.notices import tell
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from rules.plain_words import plain

OF_LINE = frozenset({"edit_line", "split_line"})
ATTACHING = frozenset({"attach", "explain"})


def tell_returned(session: Session, claim: ClaimRow, answer: CheckAnswer) -> None:
    """The claim came back: the first line says what to do, then each finding with its clause and its fix."""
    open_findings = [finding for finding in answer.findings if finding.severity in (Severity.BLOCK, Severity.RETURN)]
    number = len(open_findings)
    todo = Text(
        f"请修改报销单 {claim.claim_no} 的 {number} 处问题后重新提交",
        f"Correct {number} point{'s' if number > 1 else ''} of claim {claim.claim_no}, then submit it again",
    )
    said = [_paragraph(claim, place, finding) for place, finding in enumerate(open_findings, start=1)]
    body = Text(
        "\n\n".join([f"{todo.zh}。", *(text.zh for text in said)]),
        "\n\n".join([f"{todo.en}.", *(text.en for text in said)]),
    )
    tell(session, claim.claimant, "claim_returned", todo, fix_link(claim, open_findings[0]), body)


def tell_approved(session: Session, claim: ClaimRow) -> None:
    """The claim was approved without a review."""
    text = Text(
        f"无需操作：报销单 {claim.claim_no} 检查全部通过，已自动批准",
        f"Nothing to do: claim {claim.claim_no} passed every check and was approved",
    )
    tell(session, claim.claimant, "claim_approved", text, f"/claims/{claim.claim_no}", text)


def tell_expiring(session: Session, claim: ClaimRow, days: int) -> None:
    """The draft will be cleared in so many days."""
    text = Text(
        f"请在 {days} 天内提交或修改草稿 {claim.claim_no}，否则将自动清理",
        f"Submit or edit draft {claim.claim_no} within {days} days, or it will be cleared",
    )
    tell(session, claim.claimant, "draft_expiring", text, f"/claims/{claim.claim_no}/edit", text)


def tell_cleared(session: Session, claim: ClaimRow) -> None:
    """The draft was cleared."""
    text = Text(
        f"草稿 {claim.claim_no} 已到期清理，发票已回到票夹，可重新建单",
        f"Draft {claim.claim_no} expired and was cleared; its invoices are in your wallet for a new claim",
    )
    tell(session, claim.claimant, "draft_cleared", text, f"/claims/{claim.claim_no}")


def fix_link(claim: ClaimRow, finding: Finding, remedy: Remedy | None = None) -> str:
    """The path of the very field that a remedy (the first, where none is given) is about: editor or invoice page."""
    remedy = remedy or (finding.remedies[0] if finding.remedies else None)
    if finding.subject.kind == "invoice" and remedy and remedy.action == "edit_invoice":
        return f"/invoices/{finding.subject.id}#{remedy.what}"
    return f"/claims/{claim.claim_no}/edit#{_anchor(claim, finding, remedy)}"


def place_of(claim: ClaimRow, finding: Finding) -> Text:
    """Where on the claim a finding is, in words."""
    subject = finding.subject
    for line in claim.lines:
        if subject.kind == "line" and str(line.id) == subject.id:
            return Text(f"第 {line.position} 行 {line.description}", f"line {line.position}, {line.description}")
    for invoice in claim.invoices:
        if subject.kind == "invoice" and str(invoice.id) == subject.id:
            return Text(f"发票 {invoice.number or '（无号码）'}", f"invoice {invoice.number or '(no number)'}")
    return Text("整单", "the whole claim")


def _anchor(claim: ClaimRow, finding: Finding, remedy: Remedy | None) -> str:
    """The id of an element in the editor. What is done to an invoice is done at the first line that rests on it."""
    subject, action = finding.subject, remedy.action if remedy else ""
    if subject.kind == "claim":
        return "attachments-claim" if action in ATTACHING else "claim-head"
    line = _line_of(claim, finding)
    if line and action in OF_LINE and remedy:
        return f"line-{line.id}-{'split' if action == 'split_line' else remedy.what}"
    if line and action in ATTACHING:
        return f"attachments-line-{line.id}"
    return f"{subject.kind}-{subject.id}"


def _line_of(claim: ClaimRow, finding: Finding) -> ExpenseLineRow | None:
    kind, identity = finding.subject.kind, finding.subject.id
    for line in claim.lines:
        about_line = kind == "line" and str(line.id) == identity
        if about_line or (kind == "invoice" and identity in {str(invoice.id) for invoice in line.invoices}):
            return line
    return None


def _paragraph(claim: ClaimRow, place: int, finding: Finding) -> Text:
    where = place_of(claim, finding)
    link = "{public_url}" + fix_link(claim, finding)
    fixes_zh = "；".join(remedy.zh for remedy in finding.remedies) or "联系财务"
    fixes_en = "; ".join(remedy.en for remedy in finding.remedies) or "ask finance"
    found, expected = plain(finding.found), plain(finding.expected)
    return Text(
        f"{place}. {finding.title.zh}（{finding.rule}，条款 {finding.clause}）\n   位置：{where.zh}\n"
        f"   {finding.message.zh}\n   现为：{found.zh}\n   应为：{expected.zh}\n"
        f"   怎么改：{fixes_zh}\n   {link}",
        f"{place}. {finding.title.en} ({finding.rule}, clause {finding.clause})\n   Where: {where.en}\n"
        f"   {finding.message.en}\n   Found: {found.en}\n   Expected: {expected.en}\n"
        f"   Fix: {fixes_en}\n   {link}",
    )
