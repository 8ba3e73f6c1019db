"""The expense policy as data: what ``config/policy/*.toml`` states, by version, checked on load."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from reimburse.domain.finding import Severity
from reimburse.domain.invoice import InvoiceKind, TaxTreatment
from rules.parameters import Parameters, as_json

Name = Annotated[str, Meta(min_length=1)]


class Title(msgspec.Struct, frozen=True):
    """An invoice title of the company; ``valid_from`` and ``valid_to`` are inclusive."""

    name: Name
    tax_id: str | None = None
    address_phone: str | None = None
    bank_account: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    former_names: tuple[str, ...] = ()

    def holds_on(self, day: date | None) -> bool:
        """Whether the title is in force on this day; an unknown day does not exclude it."""
        if day is None:
            return True
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A category of expense: its account, the evidence asked for, and item names it is recognised by."""

    zh: Name
    en: Name
    account: Name
    account_name: Name
    evidence: tuple[str, ...] = ()
    evidence_rule: str = "R-59"
    special: bool = False
    travel: bool = False
    periodic: bool = False
    billed_ahead: bool = False
    weekdays_only: bool = False
    items: tuple[Name, ...] = ()
    kinds: tuple[InvoiceKind, ...] = ()


class TaxRate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A VAT rate, or a treatment without rate, and the days on which it holds."""

    rate: Decimal | None = None
    treatment: TaxTreatment | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""


class NotDeductible(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Input tax that is never deductible: by category or by item name, with its source."""

    zh: Name
    en: Name
    source: Name
    categories: tuple[str, ...] = ()
    items: tuple[Name, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


class Cap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most that a category may cost, for each ``per``; the first cap that fits a line holds."""

    category: Name
    amount: Decimal
    per: Annotated[str, Meta(pattern="^(line|unit|day|night|person)$")]
    tier: str | None = None
    grades: tuple[str, ...] = ()


class VagueItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Item names that say nothing, and words that only point to a list."""

    names: tuple[Name, ...]
    fillers: tuple[Name, ...] = ()
    list_words: tuple[Name, ...] = ()


class Workdays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days that the official calendar moves, beyond the years that are built in."""

    holidays: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()


class Override(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another severity of a rule, or other parameters, where all the conditions given hold."""

    rule: str | None = None
    severity: Severity | None = None
    parameters: Mapping[str, Any] = {}
    legal_entity: str | None = None
    department: str | None = None
    grade: str | None = None
    category: str | None = None

    def __post_init__(self) -> None:
        # A date stands as text here, as in JSON, wherever the override was read from.
        plain = {name: as_json(value) for name, value in self.parameters.items()}
        msgspec.structs.force_setattr(self, "parameters", plain)

    def holds_for(self, scope: "Scope", category: str | None) -> bool:
        """Whether every condition that is given holds."""
        return all(
            want is None or want == have
            for want, have in (
                (self.legal_entity, scope.legal_entity),
                (self.department, scope.department),
                (self.grade, scope.grade),
                (self.category, category),
            )
        )


class Scope(msgspec.Struct, frozen=True):
    """Whose claim it is, for overrides."""

    legal_entity: str | None = None
    department: str | None = None
    grade: str | None = None


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One version of the policy, complete."""

    version: Name
    effective_from: date
    parameters: Parameters = Parameters()
    override: tuple[Override, ...] = ()
    categories: dict[str, Category] = {}
    titles: tuple[Title, ...] = ()
    tax_rates: tuple[TaxRate, ...] = ()
    not_deductible: tuple[NotDeductible, ...] = ()
    vague_items: VagueItems = VagueItems(())
    required_fields: dict[str, tuple[str, ...]] = {}
    caps: tuple[Cap, ...] = ()
    city_tiers: dict[str, tuple[str, ...]] = {}
    workdays: Workdays = Workdays()

    def __post_init__(self) -> None:
        for override in self.override:
            self._with(override.parameters)

    def parameters_for(self, scope: Scope, category: str | None) -> Parameters:
        """The parameters in force for a claim, or for its lines of one category."""
        merged: dict[str, Any] = {}
        for override in self.override:
            if override.parameters and override.holds_for(scope, category):
                merged.update(override.parameters)
        return self._with(merged) if merged else self.parameters

    def severity_of(self, rule: str, default: Severity, scope: Scope, category: str | None) -> Severity:
        """The severity of a rule here; the last override that holds wins."""
        for override in self._severities.get(rule, ()):
            if override.severity and override.holds_for(scope, category):
                default = override.severity
        return default

    def has_override(self, rule: str) -> bool:
        """Whether anybody's severity of this rule is another one."""
        return rule in self._severities

    @cached_property
    def item_patterns(self) -> tuple[tuple[str, str], ...]:
        """What item names are looked for, with the category each means: the longest first, then as they stand."""
        found = [(pattern, name) for name, category in self.categories.items() for pattern in category.items]
        return tuple(sorted(found, key=lambda item: -len(item[0])))

    @cached_property
    def _severities(self) -> dict[str, tuple[Override, ...]]:
        rules = {override.rule for override in self.override if override.rule}
        return {rule: tuple(item for item in self.override if item.rule == rule) for rule in rules}

    def _with(self, changes: Mapping[str, Any]) -> Parameters:
        known = {name: getattr(self.parameters, name) for name in self.parameters.__struct_fields__}
        return msgspec.convert({**known, **changes}, Parameters)


class PolicyBook:
    """All versions of the policy."""

    def __init__(self, versions: tuple[Policy, ...]) -> None:
        self.versions = tuple(sorted(versions, key=lambda policy: policy.effective_from))

    def on(self, day: date) -> Policy:
        """The version in force on a day; before the first ``effective_from`` the first holds."""
        in_force = [policy for policy in self.versions if policy.effective_from <= day]
        return in_force[-1] if in_force else self.versions[0]

    def version(self, name: str) -> Policy:
        """The version of this name, or KeyError."""
        for policy in self.versions:
            if policy.version == name:
                return policy
        raise KeyError(name)


def load(folder: Path) -> PolicyBook:
    """The policy that a folder holds; ``BadPolicy`` names file, key and what is allowed."""
    from rules.policy_files import read  # the reader needs the types above

    return PolicyBook(read(folder))
