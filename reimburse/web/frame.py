"""What every page has: the language, the navigation, filters for money and time, security headers."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, send_from_directory
from flask.typing import ResponseReturnValue

from reimburse.domain.money import from_fen
from reimburse.web.access import is_signed_in, me
from reimburse.web.language import language, say, t

CHINA = ZoneInfo("Asia/Shanghai")
STATIC = Path(__file__).parent / "static"
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
    app.jinja_env.globals.update(t=t, say=say, language=language)
    app.jinja_env.filters.update(yuan=yuan, fen=fen, moment=moment)
    app.context_processor(_person)
    app.after_request(_secure)
    app.add_url_rule("/static/<path:filename>", "static", _static)


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


def _person() -> dict[str, Any]:
    return {"me": me() if is_signed_in() else None}


def _secure(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _static(filename: str) -> ResponseReturnValue:
    return send_from_directory(STATIC, filename, max_age=86400)
