"""What an archive package says, against itself: chains of events, the rows they state, seals, and roots of batches."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reimburse.domain.chain import GENESIS, event_digest, file_bytes, head_bytes
from reimburse.domain.digests import digest
from reimburse.domain.merkle import Root, leaf, root_by
from reimburse.domain.personal import commitment, row_text, split

CHAINS, SEALS = "chains.jsonl", "seals.jsonl"


def wrong_chains(lines: Iterable[bytes], seals: Mapping[int, Any], told: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the chains, one a line; ``told`` gets the digests of originals and the freezes of batches."""
    for number, line in enumerate(lines, start=1):
        try:
            said = json.loads(line)
            yield from (f"{CHAINS}: {problem}" for problem in _wrong_chain(said, seals, told))
        except (ValueError, KeyError, TypeError, AttributeError):
            yield f"{CHAINS}: line {number} cannot be read"


def wrong_seals(lines: Iterable[bytes], seals: dict[int, Any]) -> Iterator[str]:
    """What is wrong with the seals, which follow one another; ``seals`` gets each by its number."""
    before = None
    for line in lines:
        seal = json.loads(line)
        said = json.loads(seal["text"])
        if digest(said["algorithm"], seal["text"].encode()) != seal["hash"]:
            yield f"{SEALS}: seal {said['number']} is not what its hash says"
        if before and said["number"] == before["number"] + 1 and said["previous"] != before["hash"]:
            yield f"{SEALS}: seal {said['number']} does not follow the one before"
        before = seals[said["number"]] = {**said, "hash": seal["hash"]}


def wrong_batches(manifest: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[str]:
    """Batches whose files do not lead to the root that was recorded when they were frozen."""
    for batch in manifest["batches"]:
        control = told.get("batches", {}).get(batch["chain"])
        if control is None:
            yield f"{CHAINS}: no event freezes batch {batch['batch_no']}"
            continue
        said, files = control["merkle"], control["files"]
        root = Root(said["algorithm"])
        for member in manifest["files"]:
            if member.get("batch") == batch["batch_no"]:
                root.add(file_bytes(member["as"], member[said["algorithm"]]))
                if files.get(member["as"], member)["sha256"] != member["sha256"]:
                    yield f"{member['name']}: not the file that batch {batch['batch_no']} was frozen with"
        if root.value() != said["root"]:
            yield f"batch {batch['batch_no']}: its files lead to another Merkle root"


def wrong_originals(manifest: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[str]:
    """Originals that no record of a file stands for."""
    for member in manifest["files"]:
        if member.get("original") and member["sha256"] not in told.get("originals", ()):
            yield f"{member['name']}: no recorded file has this digest"


def wrong_reading(text: bytes, key: str, told: Mapping[str, Any]) -> str:
    """What is wrong with a file of what was read: nothing where it leads to the digest that its event states."""
    algorithm, stated = told.get("readings", {}).get(key, ("sha256", ""))
    said = json.loads(text)
    row = dict(said["row"])
    row["data"], personal = split(row["data"])
    hidden = commitment(algorithm, said["salt"] or "", {"data": personal}) if personal else said["hidden"]
    found = digest(algorithm, row_text("readings", key, row, hidden).encode())
    return "" if found == stated else "not the reading that its event states"


def _wrong_chain(said: Mapping[str, Any], seals: Mapping[int, Any], told: dict[str, Any]) -> Iterator[str]:
    chain, before, rows = said["chain"], GENESIS, {}
    hashes: dict[int, str] = {}
    for seq, event in enumerate(said["events"], start=1):
        fields = (chain, str(event["seq"]), event["kind"], str(event["actor"]), event["at"], event["payload"])
        if event_digest(event["algorithm"], event["previous"], fields) != event["hash"]:
            yield f"event {seq} of {chain} changed"
        if event["seq"] != seq or event["previous"] != before:
            yield f"event {seq} of {chain} does not follow the one before"
        before = hashes[seq] = event["hash"]
        payload = json.loads(event["payload"])
        for table, digests in payload.get("rows", {}).items():
            rows[table] = (event["algorithm"], digests)
        if event["kind"] == "freeze":
            told.setdefault("batches", {})[chain] = payload
    yield from _wrong_rows(chain, rows, said["rows"], told)
    yield from _wrong_proof(chain, said.get("proof"), hashes, seals)


def _wrong_rows(chain: str, stated: Mapping[str, Any], rows: Iterable[Any], told: dict[str, Any]) -> Iterator[str]:
    left = {(table, key) for table, (_, digests) in stated.items() for key in digests}
    for row in rows:
        algorithm, digests = stated.get(row["table"], ("sha256", {}))
        if digests.get(row["key"]) != digest(algorithm, row["text"].encode()):
            yield f"{row['table']} {row['key']} of {chain} is not what its event states"
        left.discard((row["table"], row["key"]))
        if row["table"] == "readings":
            told.setdefault("readings", {})[row["key"]] = (algorithm, digests.get(row["key"]))
        if row["table"] == "documents":
            told.setdefault("originals", set()).add(json.loads(row["text"])["public"]["sha256"])
    for table, key in sorted(left):
        yield f"{table} {key} of {chain} is missing"


def _wrong_proof(chain: str, proof: Any, hashes: Mapping[int, str], seals: Mapping[int, Any]) -> Iterator[str]:
    if proof is None:
        return
    seal = seals.get(proof["seal"])
    if seal is None or hashes.get(proof["seq"]) != proof["hash"]:
        yield f"{chain} is not what seal {proof['seal']} covers"
        return
    node = leaf(seal["algorithm"], head_bytes(chain, proof["seq"], proof["hash"]))
    if root_by(seal["algorithm"], node, proof["path"]) != seal["root"]:
        yield f"{chain} is not under the root of seal {proof['seal']}"
