"""Who imports statements and decides what belongs together: finance; auditors look on."""

from reimburse.domain.workflow import FINANCE
from reimburse.services.errors import NotFound
from reimburse.store.people import PersonRow


def refuse_others(person: PersonRow) -> None:
    """``NotFound`` for everybody who is not in finance."""
    if not person.roles() & FINANCE:
        raise NotFound
