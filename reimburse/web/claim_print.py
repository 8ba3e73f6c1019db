"""A claim to print: its sheet with lines, findings and approvals, and after it every invoice."""

import io

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from reimburse.domain.amount_words import to_words
from reimburse.domain.expense import PAID_BY
from reimburse.domain.finding import CheckAnswer
from reimburse.domain.invoice_words import KINDS
from reimburse.domain.money import from_fen
from reimburse.export.print_pdf import Grid, Paper, Printout, print_pdf
from reimburse.services.claims import claim_pages, claim_print
from reimburse.services.claims.claim_print import PaperPage
from reimburse.services.policy import policies
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import CHINA, db
from reimburse.web.access import login_required, me
from reimburse.web.language import say, t
from reimburse.web.roles import role_words
from reimburse.web.states import look
from rules.vocabulary import ATTACHMENTS

bp = Blueprint("claim_print", __name__, url_prefix="/claims")
DASH = "—"


@bp.get("/<claim_no>/print.pdf")
@login_required
def show(claim_no: str) -> ResponseReturnValue:
    """The claim as a PDF; who may see the claim may print it."""
    claim = claim_pages.claim_for(me(), claim_no)
    papers = (_paper(page) for page in claim_print.papers_of(db.session(), claim))
    target = io.BytesIO()
    print_pdf(_sheet(claim), papers, target)
    response = Response(target.getvalue(), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"{claim_no}.pdf")
    return response


def _sheet(claim: ClaimRow) -> Printout:
    answers = [entry.answer for entry in claim_pages.history_of(claim) if entry.answer]
    steps = [step for step in claim_pages.steps_of(claim) if step.round == claim.round]
    total = from_fen(claim.total_fen)
    facts = (
        (t("报销人", "Claimant"), f"{claim.claimant.name} · {claim.claimant.employee_no}"),
        (t("部门", "Department"), claim.department.name),
        (t("公司抬头", "Title"), claim.legal_entity.name),
        (t("税号", "Tax id"), claim.legal_entity.tax_id),
        (t("成本中心", "Cost centre"), claim.cost_center or DASH),
        (t("项目", "Project"), claim.project or DASH),
        (t("提交日期", "Submitted on"), f"{claim.submitted_on}" if claim.submitted_on else DASH),
        (t("状态", "State"), say(look(claim.state).words)),
        (t("合计", "Total"), f"¥{total:,.2f}"),
        (t("大写", "In words"), to_words(total)),
        (t("事由", "Purpose"), claim.purpose or DASH),
    )
    grids = (_lines(claim), _invoices(claim), _findings(answers), _steps(steps))
    signatures = (t("报销人", "Claimant"), t("审批", "Approved"), t("财务", "Finance"))
    title = f"{t('费用报销单', 'Expense claim')} {claim.claim_no}"
    return Printout(title, claim.legal_entity.name, facts, grids, signatures)


def _lines(claim: ClaimRow) -> Grid:
    known = policies.of_claim(claim).categories
    rows = [
        (
            str(line.position),
            t(known[line.category].zh, known[line.category].en) if line.category in known else line.category,
            line.description or DASH,
            str(line.occurred_on or line.ended_on or DASH),
            say(PAID_BY[line.paid_by]) if line.paid_by in PAID_BY else line.paid_by,
            f"{from_fen(line.amount_fen):,.2f}",
        )
        for line in claim.lines
    ]
    rows.append(("", t("合计", "Sum"), "", "", "", f"{from_fen(claim.total_fen):,.2f}"))
    heads = ("#", t("类别", "Category"), t("说明", "Description"), t("日期", "Date"), t("付款", "Paid by"))
    shares = (0.05, 0.19, 0.34, 0.13, 0.14, 0.15)
    return Grid(t("明细", "Lines"), (*heads, t("金额", "Amount")), shares, frozenset({5}), tuple(rows))


def _invoices(claim: ClaimRow) -> Grid:
    words = {kind.value: text for kind, text in KINDS.items()}
    rows = [
        (
            ", ".join(str(line.position) for line in claim.lines if invoice in line.invoices) or DASH,
            say(words[invoice.kind]) if invoice.kind in words else invoice.kind,
            str(invoice.key or DASH),
            invoice.seller_name or DASH,
            str(invoice.issue_date or DASH),
            f"{from_fen(invoice.total_fen):,.2f}" if invoice.total_fen is not None else DASH,
        )
        for invoice in claim.invoices
    ]
    heads = (
        t("行", "Line"),
        t("票种", "Kind"),
        t("发票号码", "Number"),
        t("销售方", "Seller"),
        t("开票日期", "Issued"),
    )
    shares = (0.07, 0.17, 0.24, 0.25, 0.12, 0.15)
    return Grid(t("发票", "Invoices"), (*heads, t("价税合计", "Total")), shares, frozenset({5}), tuple(rows))


def _findings(answers: list[CheckAnswer]) -> Grid:
    """What the last check found."""
    found = answers[-1].findings if answers else ()
    rows = tuple(
        (finding.rule, say(look(finding.severity.value).words), say(finding.message), finding.clause)
        for finding in found
    )
    heads = (t("规则", "Rule"), t("级别", "Severity"), t("检查结果", "Finding"), t("条款", "Clause"))
    return Grid(t("检查结果", "Findings"), heads, (0.1, 0.13, 0.6, 0.17), frozenset(), rows)


def _steps(steps: list[ApprovalStepRow]) -> Grid:
    rows = tuple(
        (
            str(step.position),
            say(role_words(step.role)),
            _decided_by(step),
            say(look(step.state).words),
            f"{step.decided_at.astimezone(CHINA):%Y-%m-%d %H:%M}" if step.decided_at else DASH,
            step.reason or "",
        )
        for step in steps
    )
    heads = ("#", t("角色", "Role"), t("审批人", "Approver"), t("结果", "Result"), t("时间", "At"), t("意见", "Reason"))
    return Grid(t("审批", "Approvals"), heads, (0.05, 0.18, 0.2, 0.12, 0.18, 0.27), frozenset(), rows)


def _decided_by(step: ApprovalStepRow) -> str:
    holder = step.assignee.name if step.assignee else DASH
    if step.decided_by and step.on_behalf_of_id:
        return t(f"{step.decided_by.name}（代 {holder}）", f"{step.decided_by.name} (for {holder})")
    return step.decided_by.name if step.decided_by else holder


def _paper(page: PaperPage) -> Paper:
    what = t("发票", "Invoice") + f" {page.invoice.key or ''}" if page.invoice else ""
    if page.attachment:
        what = say(ATTACHMENTS[page.attachment]) if page.attachment in ATTACHMENTS else page.attachment
    caption = f"{what} · {page.document.name} · {t(f'第 {page.page} 页', f'page {page.page}')}"
    png = page.png
    return Paper(caption, None if png is None else lambda: png, say(page.why) if page.why else "")
