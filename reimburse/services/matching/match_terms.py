"""What people and credit files teach the engine: other names of a seller, rows that never belong together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from reimburse.matching.names import fold, name_of
from reimburse.services.matching.match_groups import Key
from reimburse.services.statements.payment_rows import in_chunks
from reimburse.store.matches import MatchAliasRow, MatchNeverRow, MatchSplitRow
from reimburse.store.suppliers import SupplierRow

Pair = tuple[str, str]
ALIAS, OTHER_NAME = "alias", "other_name"


@dataclass(slots=True)
class Taught:
    """Names (payee, seller) that are one, with who says so; pairs never to be matched; groups not to be drawn again."""

    names: dict[Pair, str] = field(default_factory=dict)
    never: list[tuple[int, Key]] = field(default_factory=list)
    split: list[tuple[list[int], list[Key]]] = field(default_factory=list)

    @property
    def aliases(self) -> frozenset[Pair]:
        """The names for the engine."""
        return frozenset(self.names)

    def why(self, payee: str, seller: str) -> str | None:
        """Who says that the payee is the seller, where the names alone do not."""
        return self.names.get((payee, seller))


def taught(session: Session, payment_ids: Sequence[int], payees: Iterable[str]) -> Taught:
    """What was taught about these payments and payees."""
    known = {fold(payee): payee for payee in payees if payee}
    found = Taught()
    _other_names(session, found, known)
    _aliases(session, found, known)
    for chunk in in_chunks(payment_ids):
        never = select(MatchNeverRow).where(MatchNeverRow.payment_id.in_(chunk))
        found.never += [(row.payment_id, (row.code, row.number)) for row in session.scalars(never)]
        split = select(MatchSplitRow).where(MatchSplitRow.payment_id.in_(chunk))
        found.split += [
            (row.payments, [(code, number) for code, number in row.invoices]) for row in session.scalars(split)
        ]
    return found


def name_key(name: str) -> str:
    """A name as it is kept for comparing.

    >>> name_key("财付通-样例 餐饮（滨江店）") == name_key("样例餐饮(滨江店)")
    True
    """
    return name_of(name).folded[:200]


def _aliases(session: Session, found: Taught, known: dict[str, str]) -> None:
    by_key: dict[str, list[str]] = {}
    for payee in known.values():
        by_key.setdefault(name_key(payee), []).append(payee)
    for chunk in in_chunks(sorted(by_key)):
        for row in session.scalars(select(MatchAliasRow).where(MatchAliasRow.payee_key.in_(chunk))):
            found.names |= {(payee, row.seller): ALIAS for payee in by_key[row.payee_key]}


def _other_names(session: Session, found: Taught, known: dict[str, str]) -> None:
    """Names under which invoices of one tax id were issued: a payee that is one of them is the seller by another."""
    several = select(SupplierRow.name, SupplierRow.other_names).where(cast(SupplierRow.other_names, String) != "[]")
    for name, others in session.execute(several):
        names = [name, *others]
        for payee in (known[fold(one)] for one in names if fold(one) in known):
            found.names |= {(payee, other): OTHER_NAME for other in names if fold(other) != fold(payee)}
