"""Rows for tests, made directly: invoices with their files, and claims in the state that a test starts from."""

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from flask import current_app

from reimburse.domain.finding import CheckAnswer, Coverage, Finding, Remedy, Resolver, Severity, Subject, Text, Verdict
from reimburse.domain.finding_json import answer_to_json
from reimburse.domain.invoice import Invoice, InvoiceKind, Party
from reimburse.domain.invoice_json import invoice_to_json
from reimburse.domain.money import to_fen
from reimburse.domain.reading import FileFormat, Reading, ReadStatus
from reimburse.domain.reading_json import reading_to_json
from reimburse.domain.workflow import ClaimState
from reimburse.services.claims import balances
from reimburse.services.claims.workflow import chain_of
from reimburse.settings import Settings, data_folder
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.claims import CheckRow, ClaimRow, ExpenseLineRow
from reimburse.store.db import db, now, transaction
from reimburse.store.documents import DocumentRow, ReadingRow, StoredFileRow
from reimburse.store.events import record
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow

DAY = date(2026, 11, 23)
SELLER = Party("示例酒店管理有限公司", "91990000MA0DEM0024")
BUYER = Party("示例云帆科技有限公司", "91990000MA0DEM0011")
_numbers = count(1)


@dataclass(frozen=True)
class Spent:
    """A line to build: yuan, and the numbers of the invoices it rests on (a fresh one where none is named)."""

    amount: str
    invoices: tuple[str, ...] | None = None
    category: str = "office_supplies"
    fields: dict[str, Any] = field(default_factory=dict)


PLAIN = ("[categories.", "zh = ", "en = ", "account = ", "account_name = ")
"""What a plain policy says of a category: no evidence, no items it is recognised by."""


def plain_policy(settings: Settings) -> None:
    """A policy in the data folder with every parameter at its default, and the accounts of the shipped categories."""
    folder = settings.data / "policy"
    folder.mkdir()
    shipped = data_folder("config") / "policy" / "categories.toml"
    accounts = [line for line in shipped.read_text("utf-8").splitlines() if line.startswith(PLAIN)]
    (folder / "categories.toml").write_text("\n".join(accounts), "utf-8")
    (folder / "policy.toml").write_text('[[version]]\nversion = "t"\neffective_from = 2020-01-01\n', "utf-8")


def fresh_number() -> str:
    """A number of 20 digits in the region that does not exist."""
    return f"2699{next(_numbers):016}"


def make_invoice(
    holder_id: int,
    total: str,
    number: str | None = None,
    *,
    content: bytes | None = None,
    media_type: str = "application/pdf",
) -> InvoiceRow:
    """An invoice in this wallet with a stored file of its own. Runs in the caller's transaction."""
    session = db.session
    number = number or fresh_number()
    data = content or f"%PDF-1.4 invoice {number} of {holder_id}".encode()
    document = make_document(holder_id, data, f"发票-{number}.pdf", media_type)
    stated = Invoice(InvoiceKind.GENERAL_DIGITAL, number, issue_date=DAY, buyer=BUYER, seller=SELLER)
    invoice = InvoiceRow(
        holder_id=holder_id,
        number=number,
        kind=stated.kind.value,
        issue_date=DAY,
        buyer_name=BUYER.name,
        seller_name=SELLER.name,
        seller_tax_id=SELLER.tax_id,
        total_fen=to_fen(Decimal(total)),
        status="parsed",
        data={**invoice_to_json(stated), "total_incl_tax": total},
        created_at=now(),
    )
    session.add(invoice)
    session.flush()
    told = Reading(document.name, document.sha256, FileFormat.PDF, ReadStatus.PARSED, invoice=stated)
    said = {**reading_to_json(told), "invoice": invoice.data}
    reading = ReadingRow(document_id=document.id, ordinal=0, status="parsed", invoice_id=invoice.id, data=said)
    session.add(reading)
    session.flush()
    invoice.leading_reading_id = reading.id
    return invoice


def make_document(owner_id: int, data: bytes, name: str, media_type: str = "application/pdf") -> DocumentRow:
    """A stored file in this wallet. Runs in the caller's transaction."""
    sha256 = current_app.extensions["files"].put(data)
    if db.session.get(StoredFileRow, sha256) is None:
        db.session.add(StoredFileRow(sha256=sha256, size=len(data), media_type=media_type, stored_at=now()))
        db.session.flush()
    document = DocumentRow(owner_id=owner_id, sha256=sha256, name=name, state="read", uploaded_at=now())
    db.session.add(document)
    db.session.flush()
    return document


def make_claim(claimant_id: int, *lines: Spent, state: ClaimState = ClaimState.IN_REVIEW, **fields: Any) -> ClaimRow:
    """A claim with its lines and invoices, reserved where it is past submission. Runs in the caller's transaction."""
    session = db.session
    person = session.get_one(PersonRow, claimant_id)
    claim = ClaimRow(
        claim_no=fields.pop("claim_no", None) or f"T{next(_numbers):06}",
        claimant=person,
        department=person.department,
        legal_entity_id=person.department.legal_entity_id,
        cost_center=person.department.cost_center,
        purpose="客户拜访",
        state=state.value,
        round=1,
        submitted_at=now(),
        submitted_on=DAY,
        created_at=now(),
        updated_at=now(),
        verdict="pass",
        **fields,
    )
    session.add(claim)
    session.flush()
    _add_lines(claim, lines)
    record(session, chain_of(claim), "submit", claimant_id, now(), {"from": "draft", "to": "checking"})
    if state not in (ClaimState.DRAFT, ClaimState.DELETED, ClaimState.REJECTED):
        balances.reserve(session, claim)
    return claim


def _add_lines(claim: ClaimRow, lines: tuple[Spent, ...]) -> None:
    totals: dict[str, Decimal] = {}
    spent = [(line, line.invoices if line.invoices is not None else (fresh_number(),)) for line in lines]
    for line, numbers in spent:
        for number in numbers:
            totals[number] = totals.get(number, Decimal(0)) + Decimal(line.amount) / len(numbers)
    made = {number: make_invoice(claim.claimant_id, f"{total:.2f}", number) for number, total in totals.items()}
    claim.invoices = list(made.values())
    for position, (line, numbers) in enumerate(spent, start=1):
        row = ExpenseLineRow(
            position=position,
            category=line.category,
            description=f"费用 {position}",
            amount_fen=to_fen(Decimal(line.amount)),
            occurred_on=DAY,
            **line.fields,
        )
        row.invoices = [made[number] for number in numbers]
        claim.lines.append(row)
    claim.total_fen = sum(line.amount_fen for line in claim.lines)
    db.session.flush()


def claim_in_review(claimant_id: int, *lines: Spent, assignee_id: int, answer: CheckAnswer | None = None) -> ClaimRow:
    """A committed claim in review with one open step, held by this person."""
    with transaction() as session:
        claim = make_claim(claimant_id, *lines)
        add_check(claim, answer or an_answer())
        session.add(
            ApprovalStepRow(
                claim_id=claim.id,
                round=1,
                position=1,
                role="approver",
                why="department",
                assignee_id=assignee_id,
                state="open",
                opened_at=now(),
            )
        )
    return claim


def add_check(claim: ClaimRow, answer: CheckAnswer) -> None:
    """Store this answer as the check of the claim's round. Runs in the caller's transaction."""
    data = json.dumps(answer_to_json(answer), ensure_ascii=False)
    claim.verdict, claim.flagged = answer.verdict.value, answer.verdict is not Verdict.PASS
    claim.open_findings = len(answer.findings)
    db.session.add(
        CheckRow(
            claim_id=claim.id,
            round=claim.round,
            policy_version=answer.policy_version,
            verdict=answer.verdict.value,
            facts="{}",
            answer=data,
            checked_at=now(),
        )
    )
    db.session.flush()


def an_answer(*findings: Finding) -> CheckAnswer:
    """An answer with these findings; the verdict is the gravest of them."""
    gravest = min((finding.severity for finding in findings), key=lambda severity: severity.rank, default=Severity.INFO)
    verdict = Verdict.PASS if gravest is Severity.INFO else Verdict(gravest.value)
    return CheckAnswer("2026-01-01", verdict, findings, Coverage(ran=tuple(finding.rule for finding in findings)))


def a_finding(
    rule: str = "R-73", severity: Severity = Severity.APPROVAL, subject: Subject | None = None, *asks: str
) -> Finding:
    """A finding; ``asks`` are the roles whose approval it wants."""
    return Finding(
        rule=rule,
        title=Text("跨年发票", "Invoice of another year"),
        severity=severity,
        subject=subject or Subject("claim", "claim"),
        message=Text("发票是去年的。", "The invoice is of last year."),
        expected="2026",
        found="2025",
        clause="B-9.3",
        resolver=Resolver.APPROVER,
        remedies=tuple(Remedy("approve", role, f"由{role}批准", f"approved by {role}") for role in asks),
    )
