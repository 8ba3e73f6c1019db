"""What every page has: the language, the navigation, filters for money and time, security headers."""

import gzip
import hashlib
import mimetypes
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, current_app, request, send_from_directory
from flask.typing import ResponseReturnValue
from werkzeug.security import safe_join

from reimburse.domain.money import from_fen
from reimburse.store.db import now
from reimburse.web.access import is_signed_in, me, unread
from reimburse.web.icons import icon
from reimburse.web.language import half, language, say, t
from reimburse.web.navigation import groups_for
from reimburse.web.roles import role_words
from reimburse.web.states import look

CHINA = ZoneInfo("Asia/Shanghai")
STATIC = Path(__file__).parent / "static"
KEEP_S = 31_536_000
COMPRESSED = frozenset({"text/html", "application/json", "text/csv"})
LEAST_COMPRESSED = 1000
"""Bytes: a smaller page fits into one packet as it is."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}


def register(app: Flask) -> None:
    """Give every page its frame."""
    app.jinja_env.globals.update(
        t=t,
        say=say,
        language=language,
        icon=icon,
        look=look,
        navigation=groups_for,
        has_endpoint=has_endpoint,
        role_words=role_words,
        right_now=now,
        unread=unread,
    )
    app.jinja_env.filters.update(yuan=yuan, fen=fen, moment=moment, ago=ago, half=half)
    app.context_processor(_person)
    app.after_request(_secure)
    app.after_request(_compress)
    app.add_url_rule("/static/<path:filename>", "static", _static)
    app.url_defaults(_name_version)


def yuan(amount: Decimal | str | None, sign: bool = True) -> str:
    """An amount for people: ``¥1,250.00``; a dash where there is none."""
    if amount is None or amount == "":
        return "—"
    return f"{'¥' if sign else ''}{Decimal(amount):,.2f}"


def fen(amount: int | None, sign: bool = True) -> str:
    """Integer fen for people: ``¥1,250.00``."""
    return "—" if amount is None else yuan(from_fen(amount), sign)


def moment(instant: datetime | None) -> str:
    """An instant in China Standard Time: ``2026-11-23 14:05``."""
    return instant.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if instant else "—"


def ago(instant: datetime) -> str:
    """How long ago, in round words; past a week the date."""
    minutes = int((now() - instant).total_seconds() // 60)
    if minutes < 1:
        return t("刚刚", "just now")
    if minutes < 60:
        return t(f"{minutes} 分钟前", f"{minutes} min ago")
    if minutes < 24 * 60:
        return t(f"{minutes // 60} 小时前", f"{minutes // 60} h ago")
    if minutes < 7 * 24 * 60:
        return t(f"{minutes // 1440} 天前", f"{minutes // 1440} d ago")
    return moment(instant)[:10]


def has_endpoint(name: str) -> bool:
    """Whether this app has a page of this name."""
    return name in current_app.view_functions


def _person() -> dict[str, Any]:
    return {"me": me() if is_signed_in() else None}


def _secure(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _compress(response: Response) -> Response:
    """Send a page that is worth it compressed; what is streamed or sent from a file stays as it is."""
    if response.is_streamed or response.direct_passthrough or response.mimetype not in COMPRESSED:
        return response
    response.vary.add("Accept-Encoding")
    accepted = bool(request.accept_encodings.quality("gzip")) and "Content-Encoding" not in response.headers
    if accepted and (response.content_length or 0) > LEAST_COMPRESSED:
        response.set_data(gzip.compress(response.get_data(), compresslevel=5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _name_version(endpoint: str, values: dict[str, Any]) -> None:
    """Name a static file's content in its address, so that a browser keeps it until it changes."""
    if endpoint == "static" and "v" not in values:
        values["v"] = _digest(values["filename"])


@cache
def _digest(filename: str) -> str:
    path = STATIC / filename
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8] if path.is_file() else "0"


def _static(filename: str) -> ResponseReturnValue:
    """A file of the product's own; text is compressed once and kept."""
    if not request.accept_encodings.quality("gzip") or not filename.endswith((".css", ".js", ".svg")):
        return send_from_directory(STATIC, filename, max_age=KEEP_S)
    path = safe_join(str(STATIC), filename)
    if path is None or not Path(path).is_file():
        abort(404)
    response = Response(_compressed(path), mimetype=mimetypes.guess_type(filename)[0])
    response.headers.update(
        {"Content-Encoding": "gzip", "Vary": "Accept-Encoding", "Cache-Control": f"public, max-age={KEEP_S}"}
    )
    return response


@cache
def _compressed(path: str) -> bytes:
    return gzip.compress(Path(path).read_bytes(), mtime=0)
