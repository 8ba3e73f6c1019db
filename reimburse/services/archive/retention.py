"""How long what is archived has to be kept (R-116): whole years, from the end of the year in which it was archived."""

from datetime import date

from reimburse.domain.invoice import InvoiceKind
from reimburse.services.company.accounts import settings
from reimburse.services.policy.policies import parameters_of
from reimburse.settings import FEWEST_YEARS, BadSetting, Settings
from reimburse.store.claims import ClaimRow


def refuse_unknown_kinds(found: Settings) -> None:
    """Refuse a setting that names a kind of invoice there is none of."""
    unknown = sorted(found.retention_years.keys() - {kind.value for kind in InvoiceKind})
    if unknown:
        known = ", ".join(kind.value for kind in InvoiceKind)
        raise BadSetting(f"setting retention_years: {unknown[0]!r} is no kind of invoice; known are: {known}")


def retain_until(claim: ClaimRow, kind: str, archived_on: date) -> date:
    """The last day that an invoice of this kind has to be kept when its claim is archived on this day."""
    years = settings().retention_years.get(kind, parameters_of(claim).archive_years)
    return last_day(archived_on, max(years, FEWEST_YEARS))


def last_day(archived_on: date, years: int) -> date:
    """The end of the year so many years after the one in which something was archived.

    >>> last_day(date(2026, 11, 23), 30)
    datetime.date(2056, 12, 31)
    """
    return date(archived_on.year + years, 12, 31)
