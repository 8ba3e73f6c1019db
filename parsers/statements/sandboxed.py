"""Statements read in the sandbox's child process, so that a hostile file ends there and never the service."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from parsers.document import Document
from parsers.errors import ParseError, TimedOut, TooLarge
from parsers.sandbox import Sandbox
from parsers.statements import read_statement
from parsers.statements.errors import (
    AmbiguousLayout,
    Broken,
    Locked,
    MissingColumns,
    NotAStatement,
    OverLimit,
    PasswordNeeded,
    Refused,
    StatementError,
    UnknownColumns,
    WrongPassword,
)
from parsers.statements.profile import Profile, Profiles
from reimburse.domain.finding import Text
from reimburse.domain.statement import Statement
from reimburse.domain.statement_json import statement_from_json, statement_to_json

Json = dict[str, Any]
PLAIN = {problem.code: problem for problem in (PasswordNeeded, WrongPassword, Locked, Broken, OverLimit, Refused)}
TEXTUAL = {problem.code: problem for problem in (MissingColumns, AmbiguousLayout)}


def read_statement_in(
    sandbox: Sandbox, document: Document, profiles: Profiles, *, profile: str | None = None, password: str | None = None
) -> tuple[Statement, ...]:
    """What ``read_statement`` gives of the same file, or the ``StatementError`` that it raises, from the child."""
    layouts = msgspec.json.encode(list(profiles)).decode()
    request = {"layouts": layouts, "profile": profile, "password": password}
    try:
        answer = sandbox.statement_json(document, request)
    except (TooLarge, TimedOut):
        raise OverLimit from None
    except ParseError:
        raise Broken from None
    if "refused" in answer:
        raise _problem(answer["refused"])
    return tuple(map(statement_from_json, answer["statements"]))


def answer_to(document: Document, request: Mapping[str, Any]) -> Json:
    """The child's side: the statements as JSON, or why there are none."""
    profiles = _profiles(request["layouts"])
    try:
        found = read_statement(
            document.name, document.data, profiles, profile=request["profile"], password=request["password"]
        )
    except StatementError as problem:
        return {"refused": _told(problem)}
    return {"statements": [statement_to_json(statement) for statement in found]}


@lru_cache(maxsize=4)
def _profiles(layouts: str) -> Profiles:
    return Profiles(msgspec.json.decode(layouts, type=list[Profile]))


def _told(problem: StatementError) -> Json:
    told: Json = {"code": problem.code, "text": _texts(problem.text)}
    if isinstance(problem, UnknownColumns):
        told["table"] = [problem.header, problem.samples, problem.row, problem.part]
    elif isinstance(problem, NotAStatement):
        told |= {"looks_like": _texts(problem.looks_like), "advice": _texts(problem.advice)}
    return told


def _problem(told: Mapping[str, Any]) -> StatementError:
    code = told["code"]
    if code == UnknownColumns.code:
        return UnknownColumns(*told["table"])
    if code == NotAStatement.code:
        return NotAStatement(Text(*told["looks_like"]), Text(*told["advice"]))
    return TEXTUAL[code](Text(*told["text"])) if code in TEXTUAL else PLAIN[code]()


def _texts(text: Text) -> Sequence[str]:
    return (text.zh, text.en)
