"""That a chain stood under a seal: the way from its head to the seal's root, and the seals that follow one another."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.canonical import canonical
from reimburse.domain.chain import head_bytes
from reimburse.domain.merkle import Tree, leaf
from reimburse.services.archive.archive_seals import leaves_of, seal_text
from reimburse.store.archive import SealLeafRow, SealRow

MOST = 32
"""Trees that are kept: chains of one batch were sealed within a few seals of each other."""


class Proofs:
    """Proofs of chains, and which seals they rest on."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._trees: dict[int, tuple[Tree, dict[str, int]]] = {}
        self._used: set[int] = set()

    def of(self, chain: str) -> dict[str, Any] | None:
        """Where the chain was sealed last, and the way to the root; None where no seal covers it yet."""
        query = select(SealLeafRow).where(SealLeafRow.chain == chain).order_by(SealLeafRow.seq.desc()).limit(1)
        head = self._session.scalar(query)
        if head is None:
            return None
        self._used.add(head.seal_number)
        tree, places = self._tree(head.seal_number)
        path = tree.proof(places[chain])
        return {"seal": head.seal_number, "seq": head.seq, "hash": head.hash, "path": path}

    def seals(self) -> Iterator[bytes]:
        """The seals from the first to the last that a proof rests on, one a line."""
        if self._used:
            between = SealRow.number.between(min(self._used), max(self._used))
            for row in self._session.scalars(select(SealRow).where(between).order_by(SealRow.number)):
                yield canonical({"text": seal_text(row), "hash": row.hash}).encode() + b"\n"

    def _tree(self, number: int) -> tuple[Tree, dict[str, int]]:
        if number not in self._trees:
            if len(self._trees) >= MOST:
                self._trees.pop(next(iter(self._trees)))
            heads = leaves_of(self._session, number)
            algorithm = self._session.get_one(SealRow, number).algorithm
            nodes = [leaf(algorithm, head_bytes(head.chain, head.seq, head.hash)) for head in heads]
            self._trees[number] = Tree(algorithm, nodes), {head.chain: place for place, head in enumerate(heads)}
        return self._trees[number]
