"""A form that was refused: the page it stood on, shown again with the reason and with what the person had typed."""

from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from flask import Response, current_app, flash, g, request
from werkzeug.datastructures import MultiDict

from reimburse.store.db import db
from reimburse.web.typed_again import filled

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_REDIRECTS = 2
TOO_LARGE = 413


def back_to(page: str) -> None:
    """Where a refusal of this request is told when the browser does not say which page the form stood on."""
    g.page_of_the_form = page


def page_again(why: str, status: int) -> Response | None:
    """The page that the refused form stood on; nothing where no form of a page was refused, or the page is gone."""
    page = _page_of_the_form() if _a_form_was_sent() else None
    db.session.rollback()
    shown = _shown(page, why) if page else None
    if page is None or shown is None:
        return None
    typed: MultiDict[str, str] = MultiDict() if status == TOO_LARGE else request.form
    shown.set_data(filled(shown.get_data(as_text=True), urlsplit(page).path, request.path, typed))
    shown.status_code = status
    return shown


def _a_form_was_sent() -> bool:
    """A browser that goes to the answer; not one that fetches a piece of the page it is on."""
    fetched = "HX-Request" in request.headers or "X-Requested-With" in request.headers
    return request.method == "POST" and not fetched and request.headers.get("Sec-Fetch-Dest", "document") == "document"


def _page_of_the_form() -> str | None:
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc == request.host:
        return f"{came_from.path}?{came_from.query}"
    known: str | None = g.get("page_of_the_form")
    return known


def _shown(page: str, why: str) -> Response | None:
    for _ in range(1 + MOST_REDIRECTS):
        with current_app.request_context(_asking_for(page)):
            flash(why, "danger")
            response = current_app.full_dispatch_request()
        if not response.location:
            break
        page = response.location
    whole = response.status_code == 200 and response.mimetype == "text/html" and not response.is_streamed
    return response if whole else None


def _asking_for(page: str) -> "WSGIEnvironment":
    address = urlsplit(page)
    environ = {name: value for name, value in request.environ.items() if not name.startswith("werkzeug.")}
    for name in ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "CONTENT_TYPE", "HTTP_TRANSFER_ENCODING"):
        environ.pop(name, None)
    return {
        **environ,
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote(address.path),
        "QUERY_STRING": address.query,
        "CONTENT_LENGTH": "0",
        "wsgi.input": BytesIO(),
    }
