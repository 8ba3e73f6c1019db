"""Fill an empty data folder: the fictional company, its people's invoices, and a claim in each state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from sqlalchemy import select

from reimburse.demo import company, month_end, papers, payments
from reimburse.demo.samples import SEED, Sample, samples
from reimburse.demo.samples.truth import truth_lines
from reimburse.services.approval.approvals import open_step
from reimburse.services.approval.review import Decision, Seen, Verb, decide_whole
from reimburse.services.claims import attachments, checking, claim_lines, claims
from reimburse.services.invoices import intake, reading
from reimburse.services.invoices.intake import Upload
from reimburse.services.month_end import batch_jobs
from reimburse.services.operation import mails
from reimburse.services.returns import reissues
from reimburse.services.suppliers import supplier_figures
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, today, transaction
from reimburse.store.documents import ReadingRow
from reimburse.store.outbox import OutboxRow
from reimburse.store.people import PersonRow

JOBS: dict[str, Callable[..., None]] = {
    "read_document": reading.read_document,
    "check_claim": checking.check_claim,
    "send_mail": mails.send_mail,
    "work_on_batch": batch_jobs.work_on_batch,
}
WALLETS = {
    "lin": frozenset(
        {
            *(
                "rail-out.pdf",
                "rail-back.pdf",
                "hotel.pdf",
                "hotel-folio.pdf",
                "trip-itinerary.pdf",
                "verification.png",
            ),
            *("title-short.pdf", "vague-item.pdf", "dinner.pdf", "attendee-list.pdf", "taxi.pdf", "lunch.ofd"),
            *(
                "software.pdf",
                "software.ofd",
                "software.xml",
                "photographed-hotel.jpg",
                "qr-differs.pdf",
                "too-old.pdf",
            ),
        }
    ),
    "wu": frozenset(
        {
            *("stationery.pdf", "courier.pdf", "consulting.pdf", "contract.pdf", "deliverable-confirmation.pdf"),
            *("verification.png", "training.xml", "printer.ofd"),
        }
    ),
}
WRONG = "title-short.pdf"
"""An invoice that goes back to its seller."""
TRUTH = "truth.jsonl"
STATEMENTS = "statements"
OTHER_SEED = SEED + 1
"""Sets the files to try with apart from those that stand in the wallets already."""


@dataclass(frozen=True, slots=True)
class Story:
    """A claim of the demo: who, what for, from which invoices, with which papers; submitted or left as a draft."""

    claimant: str
    purpose: str
    invoices: tuple[str, ...]
    papers: tuple[str, ...] = ()
    submitted: bool = True
    approved_by: str | None = None


STORIES = (
    Story("wu", "办公文具与快递", ("stationery.pdf", "courier.pdf"), ("verification.png",), approved_by="zhao"),
    Story(
        "lin",
        "样城客户现场出差",
        ("rail-out.pdf", "rail-back.pdf", "hotel.pdf"),
        ("hotel-folio.pdf", "trip-itinerary.pdf", "verification.png"),
    ),
    Story("lin", "会议室白板用品", ("title-short.pdf", "vague-item.pdf"), ("verification.png",)),
    Story(
        "wu", "流程优化咨询", ("consulting.pdf",), ("contract.pdf", "deliverable-confirmation.pdf", "verification.png")
    ),
    Story("lin", "客户晚餐", ("dinner.pdf",), submitted=False),
)
OF_LAST_MONTH = (
    Story("wu", month_end.PURPOSES["wu"], ("courier.pdf",), ("verification.png",), approved_by="zhao"),
    Story("zhao", month_end.PURPOSES["zhao"], ("stationery.pdf",), ("verification.png",), approved_by="qian"),
)
"""Claims that stand in a posted batch."""


def seed() -> None:
    """Found the company and play its stories through the same services that the pages use. Needs an app context.

    What stands already is kept, so that a first start that was broken off is finished by the next one.
    """
    with transaction() as session:
        here = session.scalars(select(PersonRow).where(PersonRow.demo)).unique()
        people = {person.login: person.id for person in here}
        people = people or {login: person.id for login, person in company.found(session).items()}
    files = samples(today())
    documents = _upload(people, files, WALLETS)
    kinds = {sample.name: sample.attachment_kind or "other" for sample in files}
    for story in STORIES:
        _play(story, people, documents, kinds)
    _close_last_month(people, kinds)
    reissues.open_task(
        db.session.get_one(PersonRow, people["lin"]), _invoice_of(documents["lin", WRONG]), "抬头少了两个字"
    )
    work()
    supplier_figures.summarise_suppliers()
    payments.seed(people, files, today())
    papers.seed(people, files, today())


def _close_last_month(people: dict[str, int], kinds: dict[str, str]) -> None:
    older = _upload(people, samples(today() - month_end.AGO, month_end.SEED), month_end.WALLETS)
    for story in OF_LAST_MONTH:
        _play(story, people, older, kinds)
    purposes = [story.purpose for story in OF_LAST_MONTH]
    query = select(ClaimRow.claim_no).where(ClaimRow.purpose.in_(purposes), ClaimRow.reversal_of_id.is_(None))
    month_end.seed(people, list(db.session.scalars(query)), work)


def is_unfinished(folder: Path) -> bool:
    """Whether demo people are here without the files to try with, which are written last."""
    people = db.session.scalar(select(PersonRow.id).where(PersonRow.demo).limit(1))
    return people is not None and not (folder / TRUTH).exists()


def write_files(folder: Path) -> int:
    """Write fictional invoices and papers to try uploads with, none of which stands in a wallet; how many."""
    made = samples(today(), OTHER_SEED)
    folder.mkdir(parents=True, exist_ok=True)
    for sample in made:
        (folder / sample.name).write_bytes(sample.data)
    statements = payments.write_files(folder / STATEMENTS, samples(today()), today())
    (folder / TRUTH).write_text(truth_lines(made), encoding="utf-8")
    return len(made) + statements


def work() -> None:
    """Run what the outbox holds, here and now, until nothing is left."""
    while rows := _unfinished():
        for outbox_id, job, args in rows:
            JOBS[job](*args, outbox_id=outbox_id)


def _unfinished() -> list[tuple[int, str, list[int]]]:
    query = select(OutboxRow.id, OutboxRow.job, OutboxRow.args).where(OutboxRow.done_at.is_(None))
    rows = [(row.id, row.job, row.args) for row in db.session.execute(query.order_by(OutboxRow.id)) if row.job in JOBS]
    db.session.rollback()
    return rows


def _upload(
    people: dict[str, int], files: tuple[Sample, ...], of: Mapping[str, frozenset[str]]
) -> dict[tuple[str, str], int]:
    """Put samples into these wallets; document ids by login and file name."""
    wallets = {login: [sample for sample in files if sample.name in names] for login, names in of.items()}
    documents: dict[tuple[str, str], int] = {}
    for login, held in wallets.items():
        receipts = intake.receive(people[login], [Upload(sample.name, BytesIO(sample.data)) for sample in held])
        documents |= {(login, item.name): item.document_id for item in receipts if item.document_id}
    work()
    return documents


def _play(story: Story, people: dict[str, int], documents: dict[tuple[str, str], int], kinds: dict[str, str]) -> None:
    by = people[story.claimant]
    if db.session.scalar(select(ClaimRow.id).where(ClaimRow.claimant_id == by, ClaimRow.purpose == story.purpose)):
        return
    invoices = [_invoice_of(documents[story.claimant, name]) for name in story.invoices]
    claim_no = claims.new_from_invoices(by, invoices)
    claims.edit_head(by, claim_no, {"purpose": story.purpose})
    for paper in story.papers:
        attachments.attach(by, claim_no, kinds[paper], documents[story.claimant, paper])
    if not story.submitted:
        return
    _fill_dates(by, claim_no)
    checking.submit(claim_no, by, pledge=True)
    work()
    if story.approved_by:
        _approve(claim_no, people[story.approved_by])


def _invoice_of(document_id: int) -> int:
    query = select(ReadingRow.invoice_id).where(
        ReadingRow.document_id == document_id, ReadingRow.invoice_id.is_not(None)
    )
    return int(db.session.scalars(query).first() or 0)


def _fill_dates(by: int, claim_no: str) -> None:
    """A night in a hotel lasts until the day of the invoice."""
    claim = _claim(claim_no)
    days = {line.id: line.occurred_on for line in claim.lines if line.category == "travel_lodging"}
    for line_id, day in days.items():
        claim_lines.edit_line(by, claim_no, line_id, {"ended_on": day})


def _approve(claim_no: str, by: int) -> None:
    claim = _claim(claim_no)
    step = open_step(db.session(), claim)
    if step:
        decide_whole(by, claim_no, Seen(step.id, claim.version), Decision(Verb.APPROVE))


def _claim(claim_no: str) -> ClaimRow:
    return db.session.scalars(select(ClaimRow).where(ClaimRow.claim_no == claim_no)).one()
