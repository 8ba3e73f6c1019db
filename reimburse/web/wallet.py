"""The invoice wallet: the list, and the drop zone that fills it."""

from datetime import date
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.services.company.accounts import settings
from reimburse.services.invoices import intake, wallet
from reimburse.services.invoices.intake import Receipt, Upload
from reimburse.services.invoices.wallet import FileCard, Filter, InvoiceState
from reimburse.web import words
from reimburse.web.access import login_required, me
from reimburse.web.language import say, t

bp = Blueprint("wallet", __name__)
LOOK, FILES = "look", "files"
STATES = frozenset({LOOK, *(state.value for state in InvoiceState)})

words.register(bp)


@bp.get("/invoices")
@login_required
def index() -> ResponseReturnValue:
    """My invoices, newest first; with ``state=files`` what I uploaded that is no invoice."""
    before = request.args.get("before", type=int)
    if request.args.get("state") == FILES:
        cards, following = wallet.other_files(me().id, before)
        return render_template("wallet/files.html", cards=cards, before=following, shown=FILES)
    wanted = _filter(before)
    page = wallet.page_of(me().id, wanted)
    unfinished = wallet.unfinished(me().id) if before is None else []
    return render_template(
        "wallet/index.html",
        page=page,
        wanted=wanted,
        shown=wanted.state,
        unfinished=unfinished,
        limit=settings(),
        key=uuid4().hex,
    )


@bp.post("/invoices/upload")
@login_required
def upload() -> ResponseReturnValue:
    """Take the files in; answers at once with a card each, or goes back to the wallet where there is no script."""
    files = [file for file in request.files.getlist("files") if file.filename]
    receipts = intake.receive(me().id, [Upload(file.filename or "", file.stream) for file in files])
    if request.headers.get("X-Requested-With") != "XMLHttpRequest":
        _tell(receipts)
        return redirect(url_for("wallet.index"))
    ids = [receipt.document_id for receipt in receipts if receipt.document_id]
    cards = {card.document.id: card for card in wallet.file_cards(me().id, ids)}
    return render_template("wallet/received.html", receipts=receipts, cards=cards)


def _tell(receipts: list[Receipt]) -> None:
    if not receipts:
        flash(t("请先选择文件。", "Choose files first."), "warning")
    new = sum(not receipt.again and not receipt.refusal for receipt in receipts)
    if new:
        flash(t(f"已收到 {new} 个文件，正在读取。", f"{new} files received, being read."), "success")
    for receipt in receipts:
        if receipt.refusal:
            flash(f"{receipt.name}: {say(receipt.refusal)}", "danger")
    again = {receipt.document_id: receipt.name for receipt in receipts if receipt.again and receipt.document_id}
    for card in wallet.file_cards(me().id, list(again)):
        flash(f"{again[card.document.id]}: {_where(card)}", "info")


def _where(card: FileCard) -> str:
    """Where a file that was uploaded before already is."""
    told = t("同一个文件已在您的票夹里", "this very file is already among your invoices")
    for item in card.invoices:
        told += t(
            f"，发票 {item.invoice.number or '号码待补全'}", f", invoice {item.invoice.number or 'without number'}"
        )
        told += t(f"，报销单 {item.claim_no}", f", claim {item.claim_no}") if item.claim_no else ""
    return told


def _filter(before: int | None) -> Filter:
    state = request.args.get("state")
    return Filter(
        state=state if state in STATES else None,
        text=request.args.get("q", "").strip()[:100],
        since=request.args.get("since", type=date.fromisoformat),
        until=request.args.get("until", type=date.fromisoformat),
        before=before,
    )
