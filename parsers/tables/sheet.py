"""A sheet of text cells; by itself, because a service that holds one need not load what reads files."""

from dataclasses import dataclass

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file; ``rows[0]`` is its row 1."""

    name: str
    rows: tuple[Row, ...]
