"""How vouchers are made: the accounts besides those of the categories, auxiliaries and codes, read from TOML."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from reimburse.domain.ledger import Account, Purpose, ReversalStyle

FILE = "accounts.toml"
PAYERS = "payers.toml"
NO_LAYOUTS = frozenset({FILE, PAYERS})
AuxiliaryName = Literal["department", "project", "cost_center", "person", "supplier"]
Adjustment = Literal["discount", "rounding", "surcharge"]


class BadLayout(ValueError):
    """A file of accounts or layouts cannot be used: the file, the key and what is allowed there."""


class AccountText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account as the file states it."""

    code: Annotated[str, Meta(pattern=r"^[0-9A-Za-z.]{1,40}$")]
    name: Annotated[str, Meta(min_length=1)]

    def account(self) -> Account:
        """The account."""
        return Account(self.code, self.name)


class Chart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``config/vouchers/accounts.toml`` states; the file explains each key."""

    voucher_word: str
    one_voucher_per: Literal["claim", "batch"]
    reversal: ReversalStyle
    digest: str
    digest_max: Annotated[int, Meta(ge=1)]
    written_on_freeze: tuple[str, ...]
    accounts: Mapping[Purpose, AccountText]
    adjustments: Mapping[Adjustment, AccountText] = {}
    auxiliaries: Mapping[Purpose, tuple[AuxiliaryName, ...]] = {}
    codes: Mapping[AuxiliaryName, Mapping[str, str]] = {}

    def __post_init__(self) -> None:
        missing = set(Purpose) - {Purpose.EXPENSE, Purpose.ADJUSTMENT} - set(self.accounts)
        if missing:
            raise ValueError(f"no account for {', '.join(sorted(missing))}")

    def account_of(self, purpose: Purpose) -> Account:
        """The account of everything but expenses."""
        return self.accounts[purpose].account()


def load_chart(folder: Path) -> Chart:
    """The chart in this folder; ``BadLayout`` where it cannot be used."""
    chart: Chart = converted(folder / FILE, Chart)
    return chart


def converted(path: Path, kind: Any) -> Any:
    """A TOML file as a value of this type."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), kind)
    except FileNotFoundError:
        raise BadLayout(f"{path.name}: the file is missing") from None
    except (msgspec.ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadLayout(f"{path.name}: {error}") from None
