"""Every kind of tampering that the drill draws from: rows of each kept table, events, chains, seals, sums, files."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.tampering import (
    KEPT,
    Scene,
    Way,
    added_row,
    changed_field,
    fields_of,
    flipped,
    other_text,
    removed_row,
    set_field,
    stored_file,
)
from reimburse.domain.canonical import canonical
from reimburse.domain.chain import event_digest, head_bytes
from reimburse.domain.digests import digest
from reimburse.domain.merkle import Root
from reimburse.store.files import path_of

CHAINS = (
    "SELECT chain, max(seq) AS seq FROM events WHERE chain IN (SELECT chain FROM seal_leaves)"
    " GROUP BY chain HAVING max(seq) >= {} ORDER BY chain"
)
EVENT_FIELDS = ("kind", "actor_id", "at", "payload", "previous_hash", "hash", "algorithm")
SEAL_FIELDS = ("made_at", "made_by_id", "algorithm", "leaves", "last_event_id", "root", "previous_hash", "hash")


def changed_event(column: str) -> Way:
    """One field of an event."""
    return set_field("SELECT * FROM events ORDER BY id", "events", column, _event)


def _event(scene: Scene, row: sqlite3.Row, seq: int = 0) -> str:
    return f"event {seq or row['seq']} of {scene.names[row['chain']]}:"


def taken_out(scene: Scene) -> Sequence[str]:
    """An event in the middle of its chain."""
    chain = scene.one(CHAINS.format(3))
    seq = scene.drawn.randrange(1, chain["seq"])
    scene.base.execute("DELETE FROM events WHERE chain = ? AND seq = ?", (chain["chain"], seq))
    return [_event(scene, chain, seq), "gone"]


def cut_off(scene: Scene) -> Sequence[str]:
    """The last events of a sealed chain."""
    chain = scene.one(CHAINS.format(2))
    left = scene.drawn.randrange(1, chain["seq"])
    scene.base.execute("DELETE FROM events WHERE chain = ? AND seq > ?", (chain["chain"], left))
    return [_event(scene, chain, left + 1), "gone, though sealed"]


def vanished(scene: Scene) -> Sequence[str]:
    """A sealed chain with all its events, and what it is named after."""
    chain = scene.one("SELECT DISTINCT chain FROM seal_leaves WHERE chain LIKE 'delegation:%' OR chain LIKE 'tie:%'")
    family, _, number = chain["chain"].partition(":")
    table = {"delegation": "delegations", "tie": "invoice_ties"}[family]
    scene.base.execute(f"DELETE FROM {table} WHERE id = ?", (number,))
    scene.base.execute("DELETE FROM events WHERE chain = ?", (chain["chain"],))
    return [f"all events of {family}", "gone, though sealed"]


def reordered(scene: Scene) -> Sequence[str]:
    """Two events of one chain in each other's place."""
    chain = scene.one(CHAINS.format(2))
    seq, move = scene.drawn.randrange(1, chain["seq"]), "UPDATE events SET seq = ? WHERE chain = ? AND seq = ?"
    for new, old in ((-1, seq), (seq, seq + 1), (seq + 1, -1)):
        scene.base.execute(move, (new, chain["chain"], old))
    return [_event(scene, chain, seq)]


def written_anew(scene: Scene) -> Sequence[str]:
    """An event changed and the chain behind it computed anew, so that every link fits."""
    chain = scene.one(CHAINS.format(1))
    _forge_chain(scene, chain["chain"])
    return [f"of {scene.names[chain['chain']]}: not what seal"]


def sealed_anew(scene: Scene) -> Sequence[str]:
    """The same, with its seal and all that follow computed anew as well."""
    leaf = scene.one("SELECT chain, seal_number FROM seal_leaves WHERE seal_number = (SELECT max(number) FROM seals)")
    _forge_chain(scene, leaf["chain"])
    update = (
        "UPDATE seal_leaves SET hash = (SELECT e.hash FROM events e WHERE e.chain = seal_leaves.chain"
        " AND e.seq = seal_leaves.seq)"
    )
    scene.base.execute(update)
    before = "0" * 64
    for seal in scene.rows("SELECT * FROM seals ORDER BY number"):
        before = _forge_seal(scene, dict(seal), before)
    return [f"seal {leaf['seal_number']}: not the one whose copy is kept"]


def _forge_chain(scene: Scene, chain: str) -> None:
    before = "0" * 64
    for number, row in enumerate(scene.rows("SELECT * FROM events WHERE chain = ? ORDER BY seq", chain)):
        at = row["at"].replace(" ", "T") + "+00:00"
        kind = other_text(row["kind"], scene.drawn) if number == 0 else row["kind"]
        fields = (chain, str(row["seq"]), kind, str(row["actor_id"]), at, row["payload"])
        hash_ = event_digest(row["algorithm"], before, fields)
        values = (kind, before, hash_, row["id"])
        scene.base.execute("UPDATE events SET kind = ?, previous_hash = ?, hash = ? WHERE id = ?", values)
        before = hash_


def _forge_seal(scene: Scene, seal: dict[str, Any], before: str) -> str:
    root = Root(seal["algorithm"])
    heads = scene.rows("SELECT chain, seq, hash FROM seal_leaves WHERE seal_number = ?", seal["number"])
    for head in sorted(heads, key=lambda head: head["chain"].encode()):
        root.add(head_bytes(*head))
    said = {name: seal[name] for name in ("number", "algorithm", "leaves")}
    made = {"made_at": seal["made_at"].replace(" ", "T") + "+00:00", "made_by": seal["made_by_id"]}
    rest = {"last_event": seal["last_event_id"], "root": root.value(), "previous": before}
    hash_ = digest(seal["algorithm"], canonical({**said, **made, **rest}).encode())
    values = (root.value(), before, hash_, seal["number"])
    scene.base.execute("UPDATE seals SET root = ?, previous_hash = ?, hash = ? WHERE number = ?", values)
    return hash_


def last_seal(scene: Scene) -> Sequence[str]:
    """The last seal taken back, with all that it covers."""
    number = scene.rows("SELECT max(number) AS number FROM seals")[0]["number"]
    scene.base.execute("DELETE FROM seal_leaves WHERE seal_number = ?", (number,))
    scene.base.execute("DELETE FROM seals WHERE number = ?", (number,))
    return [f"seal {number}: gone"]


def leaf(statement: str) -> Way:
    """What a seal says of one chain."""

    def deed(scene: Scene) -> Sequence[str]:
        row = scene.one("SELECT rowid AS place, seal_number FROM seal_leaves")
        scene.base.execute(statement, (row["place"],))
        return [f"seal {row['seal_number']}: the heads under it were changed"]

    return deed


def salt(statement: str) -> Way:
    """What hides a person's data within a digest."""

    def deed(scene: Scene) -> Sequence[str]:
        row = scene.one("SELECT rowid AS place, * FROM personal_salts WHERE table_name IN ('readings', 'checks')")
        scene.base.execute(statement, (row["place"],))
        words = {"readings": "reading", "checks": "verdict"}[row["table_name"]]
        return [f"{words} {row['row_key']} of"]

    return deed


def swapped_readings(scene: Scene) -> Sequence[str]:
    """What was read in two files, exchanged."""
    one, two = scene.drawn.sample(scene.rows("SELECT id, data FROM readings"), 2)
    for row, data in ((one, two["data"]), (two, one["data"])):
        scene.base.execute("UPDATE readings SET data = ? WHERE id = ?", (data, row["id"]))
    return [f"reading {one['id']} of"]


def record_of_a_file(statement: str) -> Way:
    """The record of a stored file."""

    def deed(scene: Scene) -> Sequence[str]:
        row = scene.one("SELECT s.sha256 FROM stored_files s JOIN documents d ON d.sha256 = s.sha256")
        scene.base.execute(statement, (row["sha256"],))
        return [f"stored file {row['sha256']}"]

    return deed


def another_file(scene: Scene, place: Path) -> None:
    """Its bytes are those of another stored file."""
    others = [row["sha256"] for row in scene.rows("SELECT sha256 FROM stored_files")]
    others.remove(place.name)
    place.write_bytes((scene.folder / "files" / path_of(scene.drawn.choice(others))).read_bytes())


def _invoice_number(_scene: Scene, row: sqlite3.Row) -> str:
    return f"balance of invoice {row['number']}"


ROWS: Mapping[str, Way] = {
    **{f"a field of {name}": changed_field(name) for name, kept in KEPT.items() if fields_of(kept)},
    **{f"a row of {name} gone": removed_row(name) for name in KEPT},
    **{f"a row put into {name}": added_row(name) for name in KEPT},
}
PROOFS: Mapping[str, Way] = {
    **{f"an event's {name}": changed_event(name) for name in EVENT_FIELDS},
    "an event taken out": taken_out,
    "the tail of a chain": cut_off,
    "a whole chain": vanished,
    "events in another order": reordered,
    "a chain written anew": written_anew,
    "a chain and its seals written anew": sealed_anew,
    **{
        f"a seal's {name}": set_field("SELECT * FROM seals", "seals", name, lambda _, row: f"seal {row['number']}:")
        for name in SEAL_FIELDS
    },
    "the last seal": last_seal,
    "a sealed head": leaf("UPDATE seal_leaves SET hash = substr(hash, 2) || 'x' WHERE rowid = ?"),
    "a sealed head gone": leaf("DELETE FROM seal_leaves WHERE rowid = ?"),
    "a salt": salt("UPDATE personal_salts SET salt = substr(salt, 2) || 'x' WHERE rowid = ?"),
    "a salt gone": salt("DELETE FROM personal_salts WHERE rowid = ?"),
    "two readings exchanged": swapped_readings,
    "a policy's text": set_field(
        "SELECT * FROM policy_snapshots", "policy_snapshots", "content", lambda _, row: row["digest"][:12]
    ),
    "a claim's state": set_field("SELECT * FROM claims", "claims", "state", lambda _, row: f"claim {row['claim_no']}:"),
    "reserved on an invoice": set_field(
        "SELECT * FROM invoice_balances", "invoice_balances", "reserved_fen", _invoice_number
    ),
    "booked on an invoice": set_field(
        "SELECT * FROM invoice_balances", "invoice_balances", "booked_fen", _invoice_number
    ),
    "an advance's sum": set_field(
        "SELECT * FROM advance_balances", "advance_balances", "returned_fen", lambda *_: "balance of advance"
    ),
}
FILES: Mapping[str, Way] = {
    "a byte of a file": stored_file(
        lambda scene, place: place.write_bytes(flipped(place.read_bytes(), scene.drawn)) and None
    ),
    "a file cut off": stored_file(lambda _, place: place.write_bytes(place.read_bytes()[:-1]) and None),
    "a file made longer": stored_file(lambda _, place: place.write_bytes(place.read_bytes() + b"\0") and None),
    "a file gone": stored_file(lambda _, place: place.unlink()),
    "another file in its place": stored_file(another_file),
    "a file's size on record": record_of_a_file("UPDATE stored_files SET size = size + 1 WHERE sha256 = ?"),
    "a file's record gone": record_of_a_file("DELETE FROM stored_files WHERE sha256 = ?"),
}
