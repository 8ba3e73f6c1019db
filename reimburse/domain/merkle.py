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


def proof_of(algorithm: str, nodes: Sequence[str], index: int) -> list[str]:
    """The nodes that lead from the leaf at this place up to the root: ``L`` or ``R`` says on which side each stands.

    >>> nodes = [leaf("sha256", name) for name in (b"a", b"b", b"c")]
    >>> [side[0] for side in proof_of("sha256", nodes, 2)]
    ['L']
    """
    steps: list[str] = []
    level = list(nodes)
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            steps.append(("L" if beside < index else "R") + level[beside])
        level = [_above(algorithm, level[start : start + 2]) for start in range(0, len(level), 2)]
        index //= 2
    return steps


def root_by(algorithm: str, node: str, proof: Sequence[str]) -> str:
    """The root that this proof leads to from a leaf's node."""
    for step in proof:
        node = pair(algorithm, step[1:], node) if step[0] == "L" else pair(algorithm, node, step[1:])
    return node


def _above(algorithm: str, nodes: Sequence[str]) -> str:
    return nodes[0] if len(nodes) == 1 else pair(algorithm, nodes[0], nodes[1])
