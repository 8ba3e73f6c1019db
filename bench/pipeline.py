"""Uploads through web, queue, worker and rules against reading and judging the same files in one plain process.

    python -m bench.pipeline [--files 200] [--clients 4]

Both sides get the same files of every format on the same cores. The product's side starts with the first upload and
ends when the last claim is judged: an upload for each file, then a claim of ten invoices for each ten that were read,
submitted and checked by a worker; the pages that a browser would open in between are not. The plain side reads each
file with the same readers and judges the same claims.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from parsers import read
from parsers.document import Document
from reimburse.demo.company import PASSWORD
from reimburse.demo.samples import samples
from reimburse.domain.invoice_json import invoice_to_json
from reimburse.domain.reading import Reading
from reimburse.settings import data_folder
from reimburse.store.db import today
from rules import claim_json, engine
from rules.policy import load
from tests.running import Browser, Installation, installation, wait_until

INVOICES_A_CLAIM = 10
LIMIT_S = 600
DOCUMENTS = "SELECT count(*) FROM documents"
T = TypeVar("T")


def batched(items: Sequence[T], size: int) -> Iterator[tuple[T, ...]]:
    return (tuple(items[at : at + size]) for at in range(0, len(items), size))


def files(count: int) -> list[tuple[str, bytes]]:
    """Sound fictional invoices of every format, all different."""
    found: list[tuple[str, bytes]] = []
    seed = 900
    while len(found) < count:
        made = samples(today(), seed)
        found += [
            (f"{seed}-{one.name}", one.data)
            for one in made
            if one.invoice and not one.wrong and not one.same_invoice_as
        ]
        seed += 1
    return found[:count]


def plain(made: list[tuple[str, bytes]]) -> tuple[float, float]:
    """Seconds, and seconds of processor time, to read and judge in this process alone."""
    policy = load(data_folder("config") / "policy").on(today())
    started, worked = time.perf_counter(), time.process_time()
    readings = [reading for name, data in made for reading in read(Document(name, data)) if reading.invoice]
    for claim in batched(readings, INVOICES_A_CLAIM):
        facts = claim_json.facts_of(claim_json.decode(claim_of(claim)), policy, today())
        engine.check(facts)
    return time.perf_counter() - started, time.process_time() - worked


def claim_of(readings: tuple[Reading, ...]) -> dict[str, Any]:
    """A claim with a line for each invoice, as the product's editor pre-fills it."""
    invoices = [reading.invoice for reading in readings if reading.invoice]
    return {
        "claim": {
            "claim_no": "B-1",
            "submitted_on": today().isoformat(),
            "employee": {"id": "1", "name": "bench", "department": "bench", "grade": ""},
            "no_duplicate_pledge": True,
        },
        "lines": [
            {
                "id": str(number),
                "category": "other",
                "amount": str(invoice.total_incl_tax or "1.00"),
                "invoice_ids": [str(number)],
            }
            for number, invoice in enumerate(invoices)
        ],
        "invoices": [{"id": str(number), **invoice_to_json(invoice)} for number, invoice in enumerate(invoices)],
        "attachments": [],
        "registry": [],
    }


def product(desk: Installation, made: list[tuple[str, bytes]], clients: int) -> tuple[float, float]:
    """Seconds until all files are read, and until all claims are judged."""
    people = [Browser(desk.address) for _ in range(clients)]
    for person in people:
        person.sign_in("lin", PASSWORD)
    before, known = count(desk, DOCUMENTS), newest_invoice(desk)
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        shares = [made[number::clients] for number in range(clients)]
        list(pool.map(upload_share, people, shares))
    total = before + len(made)
    assert wait_until(
        lambda: count(desk, "SELECT count(*) FROM documents WHERE state IN ('read', 'failed')") >= total, LIMIT_S
    )
    read_in = time.perf_counter() - started
    claims = list(batched(free_invoices(desk, known), INVOICES_A_CLAIM))
    with ThreadPoolExecutor(clients) as pool:
        list(
            pool.map(
                lambda number: [submit(people[number], claim) for claim in claims[number::clients]], range(clients)
            )
        )
    assert wait_until(lambda: not count(desk, "SELECT count(*) FROM claims WHERE state = 'checking'"), LIMIT_S)
    return read_in, time.perf_counter() - started


def upload_share(person: Browser, share: list[tuple[str, bytes]]) -> None:
    for name, data in share:
        person.upload("/invoices/upload", {name: data})


def submit(person: Browser, invoices: tuple[int, ...]) -> None:
    edit = person.send("/claims", {"invoice_id": [str(number) for number in invoices]})
    person.send(edit.replace("/edit", "/submit"), {"pledge": "yes"})


def count(desk: Installation, query: str) -> int:
    with sqlite3.connect(f"file:{desk.data}/reimburse.sqlite3?mode=ro", uri=True) as connection:
        return int(connection.execute(query).fetchone()[0] or 0)


def newest_invoice(desk: Installation) -> int:
    return count(desk, "SELECT max(id) FROM invoices")


def free_invoices(desk: Installation, known: int) -> list[int]:
    with sqlite3.connect(f"file:{desk.data}/reimburse.sqlite3?mode=ro", uri=True) as connection:
        query = "SELECT id FROM invoices WHERE id > ? AND total_fen IS NOT NULL AND number IS NOT NULL"
        return [row[0] for row in connection.execute(query, (known,))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--clients", type=int, default=4)
    options = parser.parse_args()
    made = files(options.files)
    plain(made[:10])
    alone, alone_cpu = plain(made)
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)) as desk:
        before = desk.cpu_seconds()
        read_in, judged_in = product(desk, made, options.clients)
        after = desk.cpu_seconds()
    print(f"files                        {len(made)}")
    print(f"one plain process            {alone:8.2f} s   {len(made) / alone:7.1f} files/s")
    print(f"web + queue + worker, read   {read_in:8.2f} s   {len(made) / read_in:7.1f} files/s")
    print(f"  and judged                 {judged_in:8.2f} s   {len(made) / judged_in:7.1f} files/s")
    print(f"throughput against plain     {alone / judged_in:8.2f}")
    print("processor time a file:")
    print(f"  {'plain process':<20} {alone_cpu / len(made) * 1000:7.1f} ms")
    for part, used in sorted(after.items()):
        print(f"  {part:<20} {(used - before.get(part, 0.0)) / len(made) * 1000:7.1f} ms")


if __name__ == "__main__":
    main()
