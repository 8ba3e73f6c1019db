"""Where a page of a list starts: the day and the id of the row before it, as the address carries them."""

from datetime import date


def day_and_id(text: str | None) -> tuple[date, int] | None:
    """The day and the id after which a page starts; None where the text says neither.

    >>> day_and_id("2026-11-23.7"), day_and_id("2026-11-23"), day_and_id(None)
    ((datetime.date(2026, 11, 23), 7), None, None)
    """
    day, _, identity = (text or "").partition(".")
    try:
        return date.fromisoformat(day), int(identity)
    except ValueError:
        return None
