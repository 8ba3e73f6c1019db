"""Missing invoices: payments and bills without one, by person and supplier; reminders and requests to suppliers."""

import io
from urllib.parse import quote

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.export.print_pdf import print_pdf
from reimburse.services.access import answers_for
from reimburse.services.matching import unpaid_invoices
from reimburse.services.missing import chasing, foreign_payments, missing, request_letters, supplier_asks
from reimburse.services.missing.missing import CHIPS, Filter
from reimburse.web.access import login_required, me
from reimburse.web.bills import standing
from reimburse.web.deeds import done, local
from reimburse.web.downloads import attached
from reimburse.web.language import t
from reimburse.web.title_forms import title_form_of

bp = Blueprint("missing", __name__, url_prefix="/missing")


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """What lacks an invoice, the most urgent first; finance sees all, others their own."""
    chip, by = request.args.get("state", ""), request.args.get("by", "")
    wanted = Filter(
        chip if chip in CHIPS else None,
        request.args.get("person", type=int),
        request.args.get("party", "").strip()[:200],
        request.args.get("after"),
    )
    groups, following = missing.sums(me(), by, wanted.after) if by in ("person", "supplier") else ([], None)
    page = missing.listed(me(), wanted)
    return render_template(
        "missing/index.html",
        page=page,
        wanted=wanted,
        by=by,
        groups=groups,
        following=following,
        asked=supplier_asks.of(page.items),
        **standing(),
    )


@bp.get("/unpaid")
@login_required
def unpaid() -> ResponseReturnValue:
    """Invoices without a payment, the newest first."""
    page = unpaid_invoices.listed(me(), request.args.get("before", type=int))
    return render_template("missing/unpaid.html", page=page, **standing())


@bp.get("/foreign")
@login_required
def foreign() -> ResponseReturnValue:
    """Payments in a foreign currency, which the engine leaves alone."""
    page = foreign_payments.listed(me(), request.args.get("after"))
    return render_template("missing/foreign.html", page=page, **standing())


@bp.post("/<kind>/<int:identity>/remind")
@login_required
def remind(kind: str, identity: int) -> ResponseReturnValue:
    """Remind whoever has to get the invoice."""
    back = local(request.form.get("back", ""), url_for("missing.index"))
    return done(lambda: chasing.remind(me(), kind, identity), t("已提醒。", "Reminded."), back)


@bp.get("/<kind>/<int:identity>")
@login_required
def ask(kind: str, identity: int) -> ResponseReturnValue:
    """A ready request to the supplier, to copy or to send."""
    item = missing.item_of(me(), kind, identity)
    special, paper = bool(request.args.get("special")), bool(request.args.get("paper"))
    letter = request_letters.letter_of(item, special=special, paper=paper)
    mail = f"mailto:?subject={quote(letter.subject)}&body={quote(letter.body)}"
    history = supplier_asks.history(item)
    return render_template(
        "missing/ask.html",
        item=item,
        letter=letter,
        mail=mail,
        special=special,
        paper=paper,
        history=history,
        notes=answers_for(me(), item.person_id),
    )


@bp.post("/<kind>/<int:identity>/asked")
@login_required
def asked(kind: str, identity: int) -> ResponseReturnValue:
    """The request has gone out."""
    special, paper = bool(request.form.get("special")), bool(request.form.get("paper"))
    back = url_for("missing.ask", kind=kind, identity=identity, special=special or None, paper=paper or None)
    return done(
        lambda: supplier_asks.note(me(), kind, identity, special=special, paper=paper), t("已记下。", "Noted."), back
    )


@bp.get("/asked")
@login_required
def all_asked() -> ResponseReturnValue:
    """What suppliers were asked for, and what came of it."""
    page = supplier_asks.listed(me(), request.args.get("before"))
    return render_template("missing/asked.html", page=page, **standing())


@bp.get("/<kind>/<int:identity>/form.pdf")
@login_required
def title_form(kind: str, identity: int) -> ResponseReturnValue:
    """The title block as a form to stamp, for an invoice on paper (F-32)."""
    item = missing.item_of(me(), kind, identity)
    sheet = title_form_of(request_letters.title_of(item), item, special=bool(request.args.get("special")))
    target = io.BytesIO()
    print_pdf(sheet, (), target)
    return attached(target.getvalue(), f"开票信息表-{identity}.pdf", "application/pdf")
