"""Bills, orders and receipts put on record: each once, completed by a later table, never overwritten by one."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from parsers.tables.rows import Broken
from reimburse.domain.bills import Bill, Order
from reimburse.domain.finding import Text
from reimburse.domain.money import from_fen, money_text, to_fen
from reimburse.matching.names import name_of
from reimburse.store.db import now
from reimburse.store.people import PersonRow

CHUNK = 400
LONGEST_KEY = 200
Item = TypeVar("Item")
Values = dict[str, Any]
Words = Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Source:
    """Whose company, who put it on record, and by which import (none: by hand)."""

    legal_entity_id: int
    by_id: int
    import_id: int | None = None


@dataclass(slots=True)
class Recorded:
    """What became of the things of a table."""

    added: int = 0
    completed: int = 0
    known: int = 0
    left_out: list[Broken] = field(default_factory=list)

    def leave_out(self, row: int, zh: str, en: str) -> None:
        """Note a thing that is not taken."""
        self.left_out.append(Broken(row, Text(zh, en)))

    def meet(self, number: int, said: Text | bool) -> None:
        """Note a thing that is on record: completed by what this row states, known, or left out and why."""
        if isinstance(said, Text):
            self.leave_out(number, *said)
        else:
            self.completed, self.known = self.completed + said, self.known + (not said)

    def put(self, fresh: Sized, added: Sized) -> None:
        """Note things that were new; those that somebody else put on record meanwhile are known."""
        self.added += len(added)
        self.known += len(fresh) - len(added)


def party_key(party: str) -> str:
    """A party's name as it is compared: brackets folded, no platform before it.

    >>> party_key("财付通-样例 餐饮（北京）有限公司")
    '样例餐饮(北京)有限公司'
    """
    return name_of(party).folded[:LONGEST_KEY]


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """A few hundred at a time: so many rows one statement takes."""
    return (items[at : at + CHUNK] for at in range(0, len(items), CHUNK))


class Owners:
    """People by employee number, or by a name that only one of them has."""

    def __init__(self, session: Session, named: Iterable[str | None]) -> None:
        wanted = sorted({name for name in named if name})
        self._by: dict[str, set[int]] = {}
        for part in chunks(wanted):
            either = or_(PersonRow.employee_no.in_(part), PersonRow.name.in_(part))
            for identity, number, name in session.execute(
                select(PersonRow.id, PersonRow.employee_no, PersonRow.name).where(either)
            ):
                self._by.setdefault(number, set()).add(identity)
                self._by.setdefault(name, set()).add(identity)

    def problem(self, named: str | None) -> Text | None:
        """Why nobody can be found under this name."""
        found = len(self._by.get(named or "", ()))
        if not named or found == 1:
            return None
        if found:
            return Text(f"有 {found} 位“{named}”，请改填工号", f"{found} people are called {named}: give the number")
        return Text(f"找不到负责人“{named}”", f"there is nobody called {named}")

    def id_of(self, named: str | None) -> int | None:
        """The person's id; None where nobody is named."""
        return next(iter(self._by.get(named or "", ())), None)


def completed(row: Any, stated: Values, words: Words, *, fixed: Collection[str], void: Text) -> Text | bool:
    """Fill in what the row lacks; whether anything was, or why not: it is void, or says otherwise in some fields.

    ``fixed``: fields that count where they are blank, too.
    """
    if row.state == "void":
        return void
    other = [
        name
        for name in words
        if stated[name] != getattr(row, name)
        and (name in fixed or (stated[name] not in (None, "") and getattr(row, name) not in (None, "")))
    ]
    if other:
        zh = "，".join(f"{words[name].zh} {_shown(getattr(row, name))} → {_shown(stated[name])}" for name in other)
        en = ", ".join(f"{words[name].en} {_shown(getattr(row, name))} → {_shown(stated[name])}" for name in other)
        return Text(f"已有记录，内容不同：{zh}", f"on record, and different: {en}")
    blank = [name for name in words if stated[name] not in (None, "") and getattr(row, name) in (None, "")]
    for name in blank:
        setattr(row, name, stated[name])
    return bool(blank)


def values_of(deal: Bill | Order, owners: Owners, source: Source) -> Values:
    """What a bill and an order state alike, and what is noted of either when it comes on record."""
    return {
        "legal_entity_id": source.legal_entity_id,
        "owner_id": owners.id_of(deal.owner),
        "party": deal.party,
        "party_key": party_key(deal.party),
        "party_tax_id": deal.party_tax_id,
        "order_no": deal.order_no,
        "amount_fen": to_fen(deal.amount),
        "memo": deal.memo,
        "state": "open",
        "import_id": source.import_id,
        "created_by_id": source.by_id,
        "created_at": now(),
        "version": 1,
    }


def _shown(value: object) -> str:
    match value:
        case None | "":
            return "—"
        case int():
            return money_text(from_fen(value))
        case date():
            return value.isoformat()
        case _:
            return str(value)
