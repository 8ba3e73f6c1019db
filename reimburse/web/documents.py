"""Files: their card while they are read, the pictures of their pages, the original."""

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from parsers.errors import ParseError
from reimburse.services.invoices import intake, invoices, pictures, wallet
from reimburse.web.access import login_required, me

bp = Blueprint("documents", __name__, url_prefix="/documents")
YEAR_S = 365 * 24 * 3600
NO_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="160"><rect width="240" height="160" fill="#f3f4f6"/>'
    '<text x="120" y="84" font-size="14" text-anchor="middle" fill="#6b7280">无法显示 / no picture</text></svg>'
)


@bp.get("/<int:document_id>/card")
@login_required
def card(document_id: int) -> ResponseReturnValue:
    """The card of one of my files; it asks for itself again until the file is read."""
    found = wallet.file_card(me().id, document_id)
    return render_template("wallet/file_card.html", file=found, asked=request.args.get("asked", 0, int) + 1)


@bp.get("/<int:document_id>/pages/<int:page>.png")
@login_required
def page(document_id: int, page: int) -> ResponseReturnValue:
    """The picture of a page; ``box`` (points, comma between) cuts a piece out of it."""
    dpi = request.args.get("dpi", pictures.SCREEN_DPI, int)
    if dpi not in pictures.RESOLUTIONS:
        abort(404)
    document = invoices.document_for(me(), document_id)
    try:
        png = pictures.page_png(document, page, dpi)
    except ParseError:
        return Response(NO_PICTURE, 404, mimetype="image/svg+xml")
    if box := _box(request.args.get("box", "")):
        png = pictures.crop(png, box, dpi)
    response = Response(png, mimetype="image/png")
    response.cache_control.private, response.cache_control.max_age = True, YEAR_S
    return response


@bp.get("/<int:document_id>/original")
@login_required
def original(document_id: int) -> ResponseReturnValue:
    """The file as it was handed in, always as a download."""
    document = invoices.document_for(me(), document_id)
    return send_file(
        intake.opened(document.sha256),
        mimetype=document.stored.media_type,
        as_attachment=True,
        download_name=document.name,
    )


@bp.post("/<int:document_id>/read")
@login_required
def read_again(document_id: int) -> ResponseReturnValue:
    """Try once more to read a file of mine that could not be read."""
    intake.retry(me().id, document_id)
    return redirect(url_for("wallet.index"))


@bp.post("/<int:document_id>/set-aside")
@login_required
def set_aside(document_id: int) -> ResponseReturnValue:
    """Show a file of mine that could not be read no longer at the top of the wallet."""
    intake.set_aside(me().id, document_id)
    return redirect(url_for("wallet.index"))


def _box(text: str) -> tuple[float, float, float, float] | None:
    try:
        left, top, right, bottom = (float(edge) for edge in text.split(","))
    except ValueError:
        return None
    return (left, top, right, bottom) if left < right and top < bottom else None
