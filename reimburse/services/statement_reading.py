"""Reads a statement in the sandbox with every layout that is known: shipped ones, the data folder's, own ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import msgspec
from flask import current_app
from sqlalchemy import select

from parsers.document import Document
from parsers.errors import ParseError
from parsers.statements import BadProfile, Profile, profile_of
from reimburse.domain.finding import Text
from reimburse.domain.statement import Statement
from reimburse.services import sandboxed
from reimburse.services.accounts import settings
from reimburse.services.errors import Refused
from reimburse.settings import data_folder
from reimburse.store.db import db
from reimburse.store.payments import StatementProfileRow

FOLDER = "statements"
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Unknown:
    """A table whose columns nobody knows: its header and some rows, for mapping them by hand."""

    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    row: int


class NoStatement(Refused):
    """The file gives no statement. ``code`` says why (``parsers.statements.errors``)."""

    def __init__(self, code: str, text: Text, unknown: Unknown | None = None) -> None:
        super().__init__(text.zh, text.en)
        self.code, self.unknown = code, unknown


def read(name: str, data: bytes, *, profile: str | None = None, password: str | None = None) -> list[Statement]:
    """Every statement in the file, one an account; ``NoStatement`` says why there is none."""
    if not data or len(data) > settings().max_upload_mib * MIB:
        raise NoStatement("too_large", Text("文件是空的，或超过上传限制。", "The file is empty, or over the limit."))
    texts = profile_texts()
    if profile is not None and profile not in texts:
        raise NoStatement("wrong_profile", Text(f"没有名为 {profile} 的样式。", f"There is no layout {profile}."))
    try:
        head, blobs = sandboxed.statements(Document(name, data), texts, profile, password)
    except ParseError as problem:
        zh, _, en = str(problem).partition(" / ")
        raise NoStatement(problem.code.value, Text(zh, en or zh)) from None
    if "refused" in head:
        raise NoStatement(head["refused"], Text(head["zh"], head["en"]), _unknown(head))
    return [msgspec.json.decode(blob, type=Statement) for blob in blobs]


def profile_texts() -> dict[str, str]:
    """The layouts that can be read, by name, as TOML; an own one takes the place of a shipped one of its name."""
    own = select(StatementProfileRow.name, StatementProfileRow.text).where(StatementProfileRow.retired_at.is_(None))
    folders = (data_folder("config") / FOLDER, settings().data / FOLDER)
    texts = {path.stem: path.read_text("utf-8") for folder in folders for path in sorted(folder.glob("*.toml"))}
    texts |= {row.name: row.text for row in db.session.execute(own)}
    return {name: text for name, text in texts.items() if _profile(name, text)}


def profiles() -> dict[str, Profile]:
    """The layouts that can be read, by name."""
    return {name: found for name, text in profile_texts().items() if (found := _profile(name, text))}


def kinds() -> dict[str, str]:
    """Whether each layout is a wallet's, a bank's or a card's."""
    return {name: profile.kind.value for name, profile in profiles().items()}


@lru_cache(maxsize=512)
def _profile(name: str, text: str) -> Profile | None:
    try:
        return profile_of(name, text)
    except BadProfile:
        current_app.logger.warning("the layout %s cannot be read", name)
        return None


def _unknown(head: Mapping[str, object]) -> Unknown | None:
    if "header" not in head:
        return None
    return msgspec.convert({name: head[name] for name in ("header", "samples", "row")}, type=Unknown)
