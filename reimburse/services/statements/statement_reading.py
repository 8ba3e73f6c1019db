"""Reads a statement in the sandbox with every layout that is known: shipped ones, the data folder's, own ones."""

from functools import lru_cache

from flask import current_app
from sqlalchemy import select

from parsers.statements import BadProfile, Profile, Profiles, StatementError, UnknownColumns, profile_of
from reimburse.domain.finding import Text
from reimburse.domain.statement import Statement
from reimburse.services.company.accounts import settings
from reimburse.services.errors import Refused
from reimburse.services.invoices import sandboxed
from reimburse.settings import data_folder
from reimburse.store.db import db
from reimburse.store.payments import StatementProfileRow

FOLDER = "statements"
MIB = 1 << 20


class NoStatement(Refused):
    """The file gives no statement. ``code`` says why (``parsers.statements.errors``).

    ``unknown``: a table whose columns nobody knows, for mapping them by hand.
    """

    def __init__(self, code: str, text: Text, unknown: UnknownColumns | None = None) -> None:
        super().__init__(text.zh, text.en)
        self.code, self.unknown = code, unknown


def read(name: str, data: bytes, *, profile: str | None = None, password: str | None = None) -> tuple[Statement, ...]:
    """Every statement in the file, one an account; ``NoStatement`` says why there is none."""
    if not data or len(data) > settings().max_upload_mib * MIB:
        raise NoStatement("too_large", Text("文件是空的，或超过上传限制。", "The file is empty, or over the limit."))
    known = profiles()
    if profile is not None and profile not in known.names:
        raise NoStatement("wrong_profile", Text(f"没有名为 {profile} 的样式。", f"There is no layout {profile}."))
    return read_with(known, name, data, profile=profile, password=password)


def read_with(
    known: Profiles, name: str, data: bytes, *, profile: str | None = None, password: str | None = None
) -> tuple[Statement, ...]:
    """The same with these layouts only."""
    try:
        return sandboxed.statements(name, data, known, profile=profile, password=password)
    except StatementError as problem:
        unknown = problem if isinstance(problem, UnknownColumns) else None
        raise NoStatement(problem.code, problem.text, unknown) from None


def profiles() -> Profiles:
    """The layouts that can be read; an own one takes the place of a shipped one of its name."""
    own = select(StatementProfileRow.name, StatementProfileRow.text).where(StatementProfileRow.retired_at.is_(None))
    folders = (data_folder("config") / FOLDER, settings().data / FOLDER)
    texts = {path.stem: path.read_text("utf-8") for folder in folders for path in sorted(folder.glob("*.toml"))}
    texts |= {row.name: row.text for row in db.session.execute(own)}
    return Profiles([found for name, text in texts.items() if (found := _profile(name, text))])


def kinds() -> dict[str, str]:
    """Whether each layout is a wallet's, a bank's or a card's."""
    return {profile.name: profile.kind.value for profile in profiles()}


@lru_cache(maxsize=512)
def _profile(name: str, text: str) -> Profile | None:
    try:
        return profile_of(name, text)
    except BadProfile as problem:
        current_app.logger.warning("the layout %s cannot be read: %s", name, problem)
        return None
