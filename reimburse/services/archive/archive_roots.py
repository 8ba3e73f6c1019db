"""A batch's own Merkle root: one value over every file of the batch, its tables and its originals."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reimburse.domain.chain import file_bytes
from reimburse.domain.digests import running
from reimburse.domain.merkle import Root, Tree, leaf
from reimburse.services.errors import NotFound
from reimburse.services.invoices.intake import files
from reimburse.store.batches import BatchRow
from reimburse.store.events import algorithm_in_force

LIST = "files.jsonl"
"""The file of a batch that lists its originals."""
ROOT = "merkle"
"""Where the control totals of a batch hold its root."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A file of a batch: its name there, its digest in the file store, what is known about it."""

    name: str
    sha256: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a file belongs to a batch: its leaf, and the way from there to the batch's root."""

    batch_no: str
    name: str
    algorithm: str
    digest: str
    proof: tuple[str, ...]
    root: str


def rooted(control: Mapping[str, Any]) -> dict[str, Any]:
    """The control totals with the root over the files that they name; without files there is none."""
    if "files" not in control:
        return dict(control)
    root = Root(algorithm_in_force())
    for covered in covered_by(control):
        root.add(file_bytes(covered.name, digest_of(root.algorithm, covered.sha256)))
    return {**control, ROOT: {"algorithm": root.algorithm, "root": root.value(), "leaves": root.leaves}}


def covered_by(control: Mapping[str, Any]) -> Iterator[Covered]:
    """The files under the root, in its order: the tables by name, then the originals as they are listed."""
    kept = control["files"]
    for name in sorted(kept):
        yield Covered(name, kept[name]["sha256"], {})
    for line in files().lines(kept[LIST]["sha256"]) if LIST in kept else ():
        said = json.loads(line)
        yield Covered(said["name"], said["sha256"], said["facts"])


def digest_of(algorithm: str, sha256: str) -> str:
    """The digest of a stored file: known where it is SHA-256, else computed from its bytes."""
    if algorithm == "sha256":
        return sha256
    taking = running(algorithm)
    for piece in files().pieces(sha256):
        taking.update(piece)
    return taking.hexdigest()


def inclusion_of(batch: BatchRow, name: str) -> Inclusion:
    """The proof that the file of this name is under the batch's root; ``NotFound`` where it is not."""
    said = batch.control.get(ROOT)
    if said is None:
        raise NotFound
    algorithm, place, nodes, found = said["algorithm"], -1, [], ""
    for number, covered in enumerate(covered_by(batch.control)):
        file_digest = digest_of(algorithm, covered.sha256)
        nodes.append(leaf(algorithm, file_bytes(covered.name, file_digest)))
        if covered.name == name:
            place, found = number, file_digest
    if place < 0:
        raise NotFound
    proof = tuple(Tree(algorithm, nodes).proof(place))
    return Inclusion(batch.batch_no, name, algorithm, found, proof, said["root"])


def computed_root(batch: BatchRow) -> str:
    """The root as it is computed anew from what is stored; ``FileNotFoundError`` where a file is gone."""
    root = Root(batch.control[ROOT]["algorithm"])
    for covered in covered_by(batch.control):
        root.add(file_bytes(covered.name, digest_of(root.algorithm, covered.sha256)))
    return root.value()
