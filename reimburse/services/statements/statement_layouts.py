"""Layouts of our own, changed later: their name and what their columns hold. What was imported stays as it is."""

from dataclasses import dataclass

import msgspec

from parsers.statements.profile import Words
from parsers.statements.profile_files import profile_of
from reimburse.services.access import finance_only
from reimburse.services.errors import NotFound
from reimburse.services.statements.statement_profiles import FIELDS, ByHand, keep, profile_by_hand
from reimburse.store.db import db, transaction
from reimburse.store.payments import StatementProfileRow
from reimburse.store.people import PersonRow


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout as a person described it."""

    id: int
    said: ByHand


def layout_of(profile_id: int) -> Layout:
    """A layout in use, or ``NotFound``."""
    row = db.session.get(StatementProfileRow, profile_id)
    if row is None or row.retired_at is not None:
        raise NotFound
    profile = profile_of(row.name, row.text)
    columns = msgspec.to_builtins(profile.columns)
    holds = {column: field for field in FIELDS for column in columns.get(field, ())}
    header = tuple(dict.fromkeys([*profile.header, *holds]))
    words = profile.direction or Words()
    return Layout(
        row.id,
        ByHand(
            row.title,
            header,
            [holds.get(column, "") for column in header],
            profile.kind.value,
            profile.plus.value,
            ", ".join(words.money_in),
            ", ".join(words.money_out),
        ),
    )


def change(by: PersonRow, profile_id: int, said: ByHand) -> None:
    """Rename a layout or say otherwise what its columns hold; ``Refused`` says what is missing."""
    finance_only(by)
    with transaction() as session:
        row = session.get(StatementProfileRow, profile_id, with_for_update=True, populate_existing=True)
        if row is None or row.retired_at is not None:
            raise NotFound
        keep(session, by, profile_by_hand(said, row.name))
