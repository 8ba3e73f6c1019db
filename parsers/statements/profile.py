"""What a statement's layout is, as data: one TOML file a layout (``config/statements``), its columns by name."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from reimburse.domain.statement import Nature

Name = Annotated[str, Meta(min_length=1, max_length=80)]
Names = tuple[Name, ...]
Pattern = Annotated[str, Meta(max_length=80)]
Patterns = tuple[Pattern, ...]
"""Texts to compare a cell with; ``*`` at an end stands for anything, ``?*`` for any text, ``""`` for an empty cell."""


class Mark(StrEnum):
    """How well a layout is known: checked on a real file, stated by several sources, or by one weak source."""

    SAMPLE = "sample"
    DOCUMENTED = "documented"
    UNCERTAIN = "uncertain"
    OWN = "own"


class Kind(StrEnum):
    """Whose statement it is: a wallet's, a bank account's, a credit card's."""

    WALLET = "wallet"
    BANK = "bank"
    CARD = "card"


class Plus(StrEnum):
    """What an amount without a minus is, where one column holds all amounts.

    ``none``: the sign says nothing, a word does. ``printed``: a sign where one is printed, else the word.
    """

    IN = "in"
    OUT = "out"
    PRINTED = "printed"
    NONE = "none"


class Minus(StrEnum):
    """What a minus is on an amount whose direction its column or a word tells: a reversal, or mere notation.

    ``auto``, for a column of money out: notation if no amount there lacks it.
    """

    REVERSAL = "reversal"
    NOTATION = "notation"
    AUTO = "auto"


class Title(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The layout's name for people."""

    zh: Name
    en: Name


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which columns hold what. Of several the first that is not empty counts; those of ``memo`` are joined.

    ``day`` may hold the time too. ``payer`` and ``payer_account`` are the other side where money comes in, if they
    have columns of their own. ``category``, the kind of business, is the memo where there is no other.
    """

    day: Annotated[Names, Meta(min_length=1)]
    time: Names = ()
    amount: Names = ()
    money_in: Names = msgspec.field(default=(), name="in")
    money_out: Names = msgspec.field(default=(), name="out")
    direction: Names = ()
    currency: Names = ()
    id: Names = ()
    reference: Names = ()
    payee: Names = ()
    payee_account: Names = ()
    payer: Names = ()
    payer_account: Names = ()
    memo: Names = ()
    category: Names = ()
    status: Names = ()
    fee: Names = ()
    method: Names = ()
    account: Names = ()


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the direction column says for each direction."""

    money_in: Patterns = msgspec.field(default=(), name="in")
    money_out: Patterns = msgspec.field(default=(), name="out")
    neutral: Patterns = ()


class NatureRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Rows that are told apart: every named column must fit one of its patterns."""

    nature: Nature = msgspec.field(name="is")
    where: Annotated[Mapping[str, Patterns], Meta(min_length=1)]
    moved: bool = True
    """False where such a row never moved money: it is neutral whatever its columns say."""


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One layout. ``key``: columns that must be there, of a list any; ``without``: columns that must not.

    ``header`` is the whole header as far as known and ``above`` texts that may stand before it: both only choose among
    profiles. ``fallback`` is asked only where no other fits. ``fee_after``: the word before a fee in the memo.
    ``glued_account``: the payee's cell ends with the account; ``payee_after``: words that may stand before the payee.
    ``minus`` is by default a reversal in a column of its own, notation where a word tells the direction. ``notes``:
    rows that are the bank's words, not payments.
    """

    title: Title
    mark: Mark
    kind: Kind
    key: Annotated[tuple[Name | Names, ...], Meta(min_length=2)]
    columns: Columns
    header: Names = ()
    without: Names = ()
    above: Names = ()
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "CNY"
    plus: Plus = Plus.IN
    minus: Minus | None = None
    direction: Words | None = None
    fee_after: Name | None = None
    glued_account: bool = False
    payee_after: Names = ()
    nature: tuple[NatureRule, ...] = ()
    notes: Patterns = ()
    fallback: bool = False
    name: str = ""

    @property
    def is_split(self) -> bool:
        """Whether money in and money out stand in two columns."""
        return bool(self.columns.money_in or self.columns.money_out)


class Profiles:
    """The layouts that are known, by name."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._by_name = {profile.name: profile for profile in sorted(profiles, key=lambda profile: profile.name)}

    def __iter__(self) -> Iterator[Profile]:
        return iter(self._by_name.values())

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return tuple(self._by_name)

    def named(self, name: str) -> Profile:
        """The profile of this name, or KeyError."""
        return self._by_name[name]

    def joined(self, others: Iterable[Profile]) -> "Profiles":
        """These and others; another of the same name takes the place of the one here."""
        return Profiles({profile.name: profile for profile in (*self, *others)}.values())
