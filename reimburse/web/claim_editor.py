"""The claim editor: every change is saved at once and answered with what the rules say now.

A request by htmx gets the parts that changed, any other one the whole page again.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, BinaryIO, Concatenate, ParamSpec, cast

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.money import share
from reimburse.domain.workflow import EDITABLE, ClaimState
from reimburse.services.claims import attachments, claim_lines, claim_pages
from reimburse.services.claims import claims as drafts
from reimburse.services.errors import NotFound, Refused
from reimburse.services.invoices import intake
from reimburse.store.claims import ClaimRow
from reimburse.web.access import login_required, me
from reimburse.web.claim_forms import Typed, Unreadable, read_line, read_parts
from reimburse.web.claim_views import judged_now, words_for_forms
from reimburse.web.language import say

bp = Blueprint("claim_editor", __name__, url_prefix="/claims/<claim_no>")
P = ParamSpec("P")
Edit = Callable[Concatenate[str, P], Typed | None]


@bp.get("/edit")
@login_required
def show(claim_no: str) -> ResponseReturnValue:
    """The editor of a draft or returned claim."""
    claim = claim_pages.claim_for(me(), claim_no)
    if claim.claimant_id != me().id:
        raise NotFound
    if ClaimState(claim.state) not in EDITABLE:
        return redirect(url_for("claims.show", claim_no=claim_no))
    return render_template("claims/edit.html", **_context(claim))


def _saves(template: str) -> Callable[[Edit[P]], Callable[Concatenate[str, P], ResponseReturnValue]]:
    """Save an edit, then answer with the template's parts; a refusal becomes a message on the page."""

    def wrap(edit: Edit[P]) -> Callable[Concatenate[str, P], ResponseReturnValue]:
        @wraps(edit)
        def saved(claim_no: str, *args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if "HX-Request" not in request.headers:
                edit(claim_no, *args, **kwargs)
                return redirect(url_for("claim_editor.show", claim_no=claim_no))
            try:
                typed = edit(claim_no, *args, **kwargs)
            except Refused as refused:
                return _message(say(refused.text))
            except Unreadable as unreadable:
                return _message(say(unreadable.text))
            context = {
                **_context(claim_pages.claim_for(me(), claim_no)),
                "typed": typed,
                "part": template.endswith("_saved.html"),
            }
            return render_template(template, **context)

        return login_required(cast("Callable[Concatenate[str, P], ResponseReturnValue]", saved))

    return wrap


@bp.post("/head")
@_saves("claims/_saved.html")
def head(claim_no: str) -> None:
    """Purpose, project, cost centre, legal entity."""
    lengths = {"purpose": 500, "project": 100, "cost_center": 50}
    values: dict[str, Any] = {
        name: request.form[name].strip()[:most] for name, most in lengths.items() if name in request.form
    }
    if entity := request.form.get("legal_entity_id", type=int):
        values["legal_entity_id"] = entity
    drafts.edit_head(me().id, claim_no, values, _version())


@bp.post("/lines/<int:line_id>")
@_saves("claims/_saved.html")
def line(claim_no: str, line_id: int) -> Typed:
    """The fields of a line; what is valid is saved though the rest is not."""
    typed = read_line(line_id, request.form)
    claim_lines.edit_line(me().id, claim_no, line_id, typed.values, _version())
    return typed


@bp.post("/lines")
@_saves("claims/_editor.html")
def add_line(claim_no: str) -> None:
    """One more line, empty."""
    claim_lines.add_line(me().id, claim_no, _version())


@bp.post("/lines/<int:line_id>/remove")
@_saves("claims/_editor.html")
def remove_line(claim_no: str, line_id: int) -> None:
    """Take a line off."""
    claim_lines.remove_line(me().id, claim_no, line_id, _version())


@bp.post("/lines/<int:line_id>/split")
@_saves("claims/_editor.html")
def split_line(claim_no: str, line_id: int) -> None:
    """Split a line by its invoice's items, into the amounts given, or into equal parts."""
    if request.form.get("by") == "items":
        claim_lines.split_by_items(me().id, claim_no, line_id, _version())
        return
    parts = read_parts(request.form.get("parts", ""))
    if not parts:
        claim = claim_pages.claim_for(me(), claim_no)
        count = min(max(request.form.get("count", 2, type=int), 2), 20)
        parts = share(claim_lines.line_of(claim, line_id).amount_fen, [1] * count)
    claim_lines.split_line(me().id, claim_no, line_id, parts, _version())


@bp.post("/merge")
@_saves("claims/_editor.html")
def merge_lines(claim_no: str) -> None:
    """Merge the chosen lines."""
    claim_lines.merge_lines(me().id, claim_no, _numbers("line_id"), _version())


@bp.post("/invoices")
@_saves("claims/_editor.html")
def add_invoices(claim_no: str) -> None:
    """Put invoices of the wallet on the claim: on a line where one is named, else with lines of their own."""
    invoice_ids, line_id = _numbers("invoice_id"), request.form.get("line_id", type=int)
    if line_id is None:
        claim_lines.add_invoices(me().id, claim_no, invoice_ids, _version())
    elif invoice_ids:
        claim_lines.tie_invoice(me().id, claim_no, line_id, invoice_ids[0], _version())


@bp.post("/invoices/<int:invoice_id>/remove")
@_saves("claims/_editor.html")
def remove_invoice(claim_no: str, invoice_id: int) -> None:
    """Take an invoice off a line, or off the whole claim where no line is named."""
    line_id = request.form.get("line_id", type=int)
    if line_id is None:
        claim_lines.remove_invoice(me().id, claim_no, invoice_id, _version())
    else:
        claim_lines.untie_invoice(me().id, claim_no, line_id, invoice_id, _version())


@bp.post("/attachments")
@_saves("claims/_editor.html")
def attach(claim_no: str) -> None:
    """Attach uploaded files, or a paper of the wallet, to a line, an invoice or the whole claim."""
    place = (request.form.get("line_id", type=int), request.form.get("invoice_id", type=int))
    document_ids = [*_numbers("document_id"), *_uploaded()]
    if not document_ids:
        raise Refused("请选择要上传的文件。", "Choose a file to upload.")
    for document_id in document_ids:
        attachments.attach(me().id, claim_no, request.form.get("kind", ""), document_id, *place)


@bp.post("/attachments/<int:attachment_id>/remove")
@_saves("claims/_editor.html")
def detach(claim_no: str, attachment_id: int) -> None:
    """Take an attachment off."""
    attachments.detach(me().id, claim_no, attachment_id, _version())


def _context(claim: ClaimRow) -> dict[str, Any]:
    around = claim_pages.surroundings(claim)
    return {
        "judged": judged_now(claim),
        "claim": claim,
        "around": around,
        "typed": None,
        "part": False,
        **words_for_forms(),
    }


def _uploaded() -> list[int]:
    files = [file for file in request.files.getlist("file") if file.filename]
    uploads = [intake.Upload(file.filename or "", cast("BinaryIO", file.stream)) for file in files]
    receipts = intake.receive(me().id, uploads) if uploads else []
    for receipt in receipts:
        if receipt.refusal:
            raise Refused(f"{receipt.name}：{receipt.refusal.zh}", f"{receipt.name}: {receipt.refusal.en}")
    return [receipt.document_id for receipt in receipts if receipt.document_id is not None]


def _message(text: str) -> ResponseReturnValue:
    response = make_response(render_template("claims/_message.html", text=text))
    response.headers["HX-Reswap"] = "none"
    return response


def _version() -> int | None:
    return request.form.get("version", type=int)


def _numbers(name: str) -> list[int]:
    return [int(value) for value in request.form.getlist(name) if value.isdigit()]
