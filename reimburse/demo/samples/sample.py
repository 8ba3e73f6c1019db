"""One sample file and what it should be taken for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from reimburse.domain.finding import Text
from reimburse.domain.invoice import Invoice


@dataclass(frozen=True)
class Sample:
    """A file of the demo company. ``wrong`` is the code of the rule that the invoice breaks, None where it is sound."""

    name: str
    draw: Callable[[], bytes] = field(repr=False, compare=False)
    """Makes the file; it takes a moment, and is done only for a file that somebody looks at."""
    description: Text
    invoice: Invoice | None = None
    """What the face of the document states, or None where it is no invoice."""
    also: tuple[Invoice, ...] = ()
    """Further invoices in the same file, a page each."""
    wrong: str | None = None
    category: str | None = None
    """The expense category that the invoice belongs to (CONTRACTS)."""
    attachment_kind: str | None = None
    """What the file serves as when it is no invoice (CONTRACTS: attachment kinds)."""
    supports: str | None = None
    """The name of the invoice sample that an attachment belongs to."""
    same_invoice_as: str | None = None
    """The name of an earlier sample of the same invoice in another format."""
    expect: str = "parsed"
    """What reading it gives: parsed, incomplete or not_an_invoice."""
    document: str | None = None
    """The document kind that reading names where it is no invoice."""
    conflicts: tuple[str, ...] = ()
    """Fields on which the sources in the file disagree on purpose."""

    @cached_property
    def data(self) -> bytes:
        """The file itself, drawn when it is first asked for."""
        return self.draw()
