"""One root over many leaves, with a short proof for each: the tree of RFC 6962, over any digest.

A leaf is hashed behind a 0 byte and a pair behind a 1 byte, so that neither can be passed off as the other; an odd
leaf goes up as it is. Nodes are hex digests; a pair is hashed as the two digests' bytes.
"""

from collections.abc import Sequence

from reimburse.domain.digests import digest


def leaf(algorithm: str, data: bytes) -> str:
    """The node of a leaf that states these bytes."""
    return digest(algorithm, b"\x00" + data)


def pair(algorithm: str, left: str, right: str) -> str:
    """The node above two others."""
    return digest(algorithm, b"\x01" + bytes.fromhex(left) + bytes.fromhex(right))


class Root:
    """The root over leaves that come one after the other; it holds a node a level, however many there are."""

    def __init__(self, algorithm: str) -> None:
        self.algorithm = algorithm
        self.leaves = 0
        self._peaks: list[tuple[int, str]] = []

    def add(self, data: bytes) -> None:
        """Take in the leaf that states these bytes."""
        self.leaves += 1
        size, node = 1, leaf(self.algorithm, data)
        while self._peaks and self._peaks[-1][0] == size:
            _, left = self._peaks.pop()
            size, node = size * 2, pair(self.algorithm, left, node)
        self._peaks.append((size, node))

    def value(self) -> str:
        """The root; of no leaves at all, the digest of nothing."""
        if not self._peaks:
            return digest(self.algorithm, b"")
        *rest, (_, node) = self._peaks
        for _, left in reversed(rest):
            node = pair(self.algorithm, left, node)
        return node


class Tree:
    """All nodes over some leaves, for proofs of many of them.

    >>> tree = Tree("sha256", [leaf("sha256", name) for name in (b"a", b"b", b"c")])
    >>> [step[0] for step in tree.proof(2)], root_by("sha256", tree.levels[0][1], tree.proof(1)) == tree.root
    (['L'], True)
    """

    def __init__(self, algorithm: str, nodes: Sequence[str]) -> None:
        self.levels = [list(nodes)]
        while len(below := self.levels[-1]) > 1:
            pairs = (below[start : start + 2] for start in range(0, len(below), 2))
            self.levels.append([pair(algorithm, *two) if len(two) == 2 else two[0] for two in pairs])

    @property
    def root(self) -> str:
        """The root over at least one leaf."""
        return self.levels[-1][0]

    def proof(self, place: int) -> list[str]:
        """The nodes that lead from this leaf up to the root: ``L`` or ``R`` says on which side each stands."""
        steps: list[str] = []
        for level in self.levels[:-1]:
            beside = place ^ 1
            if beside < len(level):
                steps.append(("L" if beside < place else "R") + level[beside])
            place //= 2
        return steps


def root_by(algorithm: str, node: str, proof: Sequence[str]) -> str:
    """The root that this proof leads to from a leaf's node."""
    for step in proof:
        node = pair(algorithm, step[1:], node) if step[0] == "L" else pair(algorithm, node, step[1:])
    return node
