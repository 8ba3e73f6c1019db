"""Layouts that people make: the columns of a table that no layout knew, mapped once and known from then on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from parsers.statements import BadProfile, Profile, profile_from_mapping, profile_text
from parsers.statements.profile import Kind, Plus
from reimburse.domain.finding import Text
from reimburse.domain.statement import Direction
from reimburse.services.access import finance_only
from reimburse.services.errors import NotFound, Refused
from reimburse.store.db import db, now, transaction
from reimburse.store.payments import StatementProfileRow
from reimburse.store.people import PersonRow

PREFIX = "own-"
FIELDS: Mapping[str, Text] = {
    "day": Text("日期", "date"),
    "time": Text("时间", "time"),
    "amount": Text("金额（一列）", "amount (one column)"),
    "out": Text("支出金额", "money out"),
    "in": Text("收入金额", "money in"),
    "direction": Text("收支方向", "direction"),
    "payee": Text("对方户名", "payee"),
    "payee_account": Text("对方账号", "payee's account"),
    "memo": Text("摘要、用途", "memo"),
    "id": Text("流水号", "number"),
    "reference": Text("业务参考号", "reference"),
    "status": Text("状态", "status"),
    "method": Text("支付方式", "means of payment"),
    "fee": Text("手续费", "fee"),
    "currency": Text("币种", "currency"),
    "account": Text("本方账号", "own account"),
}
"""What a column can hold, in the order in which a person is asked."""
PLUS: Mapping[str, Text] = {
    "in": Text("正数为收入，负数为支出", "plus is money in, minus is money out"),
    "out": Text("正数为支出，负数为收回", "plus is money out, minus came back"),
    "none": Text("由“收支方向”一列说明", "a column says the direction"),
}
KINDS: Mapping[str, Text] = {
    "bank": Text("银行账户", "bank account"),
    "card": Text("信用卡", "credit card"),
    "wallet": Text("钱包", "wallet"),
}


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person says of a table. ``fields``: for each column of ``header`` its field, or nothing."""

    title: str
    header: Sequence[str]
    fields: Sequence[str]
    kind: str = "bank"
    plus: str = "in"
    words_in: str = ""
    words_out: str = ""


def profile_by_hand(said: ByHand, name: str | None = None) -> Profile:
    """The layout that a person describes, under this name or its title's; ``Refused`` says what is missing."""
    columns: dict[str, list[str]] = {}
    for field, column in zip(said.fields, said.header, strict=False):
        if field in FIELDS and column.strip():
            columns.setdefault(field, []).append(column.strip())
    _complete(said, columns)
    words = {Direction.IN: _words(said.words_in), Direction.OUT: _words(said.words_out)}
    try:
        return profile_from_mapping(
            name or _name(said.title),
            said.title.strip()[:80],
            columns,
            header=[column.strip() for column in said.header],
            kind=Kind(said.kind) if said.kind in KINDS else Kind.BANK,
            plus=Plus(said.plus) if said.plus in PLUS else Plus.IN,
            words=words if "direction" in columns else None,
        )
    except BadProfile as problem:
        raise Refused(f"这样的列对应不能使用：{problem.why}", f"This mapping cannot be used: {problem.why}") from None


def keep(session: Session, by: PersonRow, profile: Profile) -> None:
    """Know this layout from now on; one of the same name is replaced. In the caller's transaction."""
    known = session.scalar(select(StatementProfileRow).where(StatementProfileRow.name == profile.name))
    row = known or StatementProfileRow(name=profile.name)
    row.title, row.text, row.by_id, row.at, row.retired_at = profile.title.zh, profile_text(profile), by.id, now(), None
    session.add(row)
    session.flush()


def own() -> list[StatementProfileRow]:
    """The layouts made by hand that are in use, by name."""
    used = select(StatementProfileRow).where(StatementProfileRow.retired_at.is_(None))
    return list(db.session.scalars(used.order_by(StatementProfileRow.title)))


def retire(by: PersonRow, profile_id: int) -> None:
    """Use this layout no more. What was imported with it stays."""
    finance_only(by)
    with transaction() as session:
        row = session.get(StatementProfileRow, profile_id)
        if row is None:
            raise NotFound
        row.retired_at = row.retired_at or now()


def _complete(said: ByHand, columns: Mapping[str, Sequence[str]]) -> None:
    if not said.title.strip():
        raise Refused("请给这个样式起个名字，如“某某银行对公账户”。", "Give the layout a name, such as the bank's.")
    if "day" not in columns:
        raise Refused("请指出哪一列是日期。", "Say which column is the date.")
    if "amount" not in columns and not {"in", "out"} <= columns.keys():
        raise Refused("请指出金额一列，或收入、支出两列。", "Say which column is the amount, or the two of in and out.")
    if said.plus == "none" and not ("direction" in columns and said.words_out.strip()):
        raise Refused(
            "请指出收支方向一列，并写明哪些字样表示支出。",
            "Say which column is the direction, and which words mean out.",
        )


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[,，、;；\s]+", text.strip()) if word]


def _name(title: str) -> str:
    """A file name's worth of the title.

    >>> _name("某某 银行（对公）")
    'own-某某-银行-对公'
    """
    return PREFIX + (re.sub(r"[^\w]+", "-", title.strip()).strip("-")[:50] or "layout")
