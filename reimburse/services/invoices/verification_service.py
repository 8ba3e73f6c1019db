"""The verification service that the company has keys for, if any."""

from typing import Protocol

from flask import current_app

from reimburse.domain.verification import Answer, Question
from reimburse.services.invoices.verification_baidu import Baidu
from reimburse.settings import BadSetting, Settings


class Service(Protocol):
    """Asks the tax office about invoices."""

    name: str

    def may_ask(self, question: Question) -> None:
        """``NotVerifiable`` where it cannot be asked about this invoice."""

    def ask(self, question: Question) -> Answer:
        """One query, which counts."""


def service() -> Service | None:
    """The service of this app, made once a process; None where no keys are set."""
    extensions = current_app.extensions
    if "verification" not in extensions:
        extensions["verification"] = made(extensions["settings"])
    found: Service | None = extensions["verification"]
    return found


def made(settings: Settings) -> Service | None:
    """The service that the settings name."""
    if not settings.verification_api_key or not settings.verification_secret_key:
        return None
    if settings.verification_service != Baidu.name:
        raise BadSetting(f"setting verification_service: {settings.verification_service!r}; known is: {Baidu.name}")
    return Baidu(
        settings.verification_api_key,
        settings.verification_secret_key,
        settings.verification_url,
        settings.verification_timeout_s,
    )
