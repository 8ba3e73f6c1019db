"""Reading files against the recipe anyone would write and against the floor, in one run.

    python -m bench.parse [PATH...] [--repeat 5] [--endurance 10000] [--jobs-files 400]

(a) the recipe: pdfplumber's text and words, a 200-dpi picture, pyzbar. (b) the floor: pypdfium2 opens and reads the
text, renders at 144 dpi grey, zxing-cpp decodes. Ours is timed from the service's side, the warm child and its pipes
included. Each file takes turns through all of them; its time is the median. Without a path, ../shared/corpus is read.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pdfplumber
import pypdfium2
import zxingcpp
from pyzbar import pyzbar

import parsers
from bench import reading_time
from parsers.document import Document
from parsers.sandbox import Sandbox
from parsers.sandbox_process import Limits

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
SUFFIXES = frozenset({".pdf", ".ofd", ".xml", ".jpg", ".png", ".heic"})
MOST_OF_FLOOR = 1.5
LEAST_TIMES_FASTER = 4.0
LEAST_OF_TWO = 0.9


def recipe(document: Document) -> None:
    with pdfplumber.open(BytesIO(document.data)) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.extract_words()
            pyzbar.decode(page.to_image(resolution=200).original)


def floor(document: Document) -> None:
    pdf = pypdfium2.PdfDocument(document.data)
    for page in pdf:
        text = page.get_textpage()
        text.get_text_range()
        text.close()
        picture = page.render(scale=2, grayscale=True).to_pil()
        zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        page.close()
    pdf.close()


def took(read: Callable[[Document], object], document: Document) -> float:
    began = time.perf_counter()
    read(document)
    return (time.perf_counter() - began) * 1000


def medians(document: Document, readers: Sequence[Callable[[Document], object]], repeat: int) -> list[float]:
    """Milliseconds of each reader, which take turns; one round before is not counted."""
    for reader in readers:
        reader(document)
    rounds = [[took(reader, document) for reader in readers] for _ in range(repeat)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def documents(paths: Sequence[Path]) -> list[Document]:
    files = sorted(
        file
        for path in paths
        for file in ([path] if path.is_file() else path.rglob("*"))
        if file.suffix.lower() in SUFFIXES and "mof_configs" not in file.parts
    )
    return [Document(str(file), file.read_bytes()) for file in files]


def compare_pdfs(pdfs: Sequence[Document], sandbox: Sandbox, repeat: int) -> float:
    """Prints one line a PDF; the median of the floor in milliseconds."""
    print(f"{'PDF':44} {'recipe':>8} {'floor':>8} {'child':>8} {'inside':>8} {'a/ours':>7} {'ours/b':>7}")
    rows = []
    for document in pdfs:
        row = medians(document, (recipe, floor, sandbox.read_json, parsers.read), repeat)
        rows.append(row)
        ratios = f"{row[0] / row[2]:7.1f} {row[2] / row[1]:7.2f}"
        print(f"{Path(document.name).name:44}" + "".join(f" {value:8.1f}" for value in row) + f" {ratios}")
    columns = [statistics.median(column) for column in zip(*rows, strict=True)]
    faster = statistics.median(row[0] / row[2] for row in rows)
    of_floor = statistics.median(row[2] / row[1] for row in rows)
    print(f"{'median':44}" + "".join(f" {value:8.1f}" for value in columns) + f" {faster:7.1f} {of_floor:7.2f}")
    _say("times faster than the recipe, median", faster, faster >= LEAST_TIMES_FASTER)
    _say("times the floor, median", of_floor, of_floor <= MOST_OF_FLOOR)
    return columns[1]


def compare_others(others: Sequence[Document], sandbox: Sandbox, repeat: int, floor_ms: float) -> None:
    for suffix in (".ofd", ".xml", ".jpg", ".heic", ".png"):
        of_kind = [document for document in others if document.name.endswith(suffix)]
        if of_kind:
            times = [medians(document, (sandbox.read_json,), repeat)[0] for document in of_kind]
            median = statistics.median(times)
            print(f"{suffix[1:]}: median {median:.1f} ms, slowest {max(times):.1f} ms")
            if suffix in {".ofd", ".xml"}:
                _say(f"{suffix[1:]} against half the floor", median / floor_ms, median < floor_ms / 2)


def endurance(files: Sequence[Document], count: int) -> None:
    """One child for all files; its resident memory along the way."""
    with Sandbox(replace(Limits(), files_per_child=count + 1)) as sandbox:
        sizes = []
        for index in range(count):
            sandbox.read(files[index % len(files)])
            if index % max(1, count // 10) == count // 20 and sandbox.pid:
                sizes.append(reading_time.resident_mib(sandbox.pid))
    print(f"\nresident MiB of one child over {count} files: " + " ".join(f"{size:.0f}" for size in sizes))
    growth = sizes[-1] / sizes[len(sizes) // 2]
    _say("second half against the first", growth, growth < 1.05)


def jobs(files: Sequence[Document], count: int) -> None:
    """``--jobs 2`` on a folder against two processes, each on half of it."""
    with tempfile.TemporaryDirectory() as folder:
        halves = [Path(folder, half) for half in ("a", "b")]
        for half in halves:
            half.mkdir()
        for index in range(count):
            document = files[index % len(files)]
            (halves[index % 2] / f"{index:05}{Path(document.name).suffix}").write_bytes(document.data)
        together, apart = [], []
        for _ in range(3):
            together.append(_seconds([[folder, "--jobs", "2"]]))
            apart.append(_seconds([[str(half), "--jobs", "1"] for half in halves]))
    share = min(apart) / min(together)
    print(f"\n{count} files: --jobs 2 {min(together):.2f} s, two processes {min(apart):.2f} s")
    _say("throughput of --jobs 2 against two processes", share, share >= LEAST_OF_TWO)


def _seconds(commands: Sequence[Sequence[str]]) -> float:
    began = time.perf_counter()
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "reimburse.cli", "parse", "--json", *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    for process in running:
        process.wait()
    return time.perf_counter() - began


def _say(what: str, value: float, met: bool) -> None:
    print(f"  {what}: {value:.2f} {'(met)' if met else '(MISSED)'}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("paths", nargs="*", type=Path, default=[CORPUS])
    options.add_argument("--repeat", type=int, default=5)
    options.add_argument("--endurance", type=int, default=0, help="files for one child, such as 10000")
    options.add_argument("--jobs-files", type=int, default=400)
    chosen = options.parse_args()
    files = documents(chosen.paths)
    pdfs = [document for document in files if document.name.endswith(".pdf")]
    with Sandbox() as sandbox:
        floor_ms = compare_pdfs(pdfs, sandbox, chosen.repeat)
        compare_others(files, sandbox, chosen.repeat, floor_ms)
    reading_time.print_second_reader(pdfs)
    reading_time.print_shares(pdfs)
    if chosen.jobs_files:
        jobs(pdfs, chosen.jobs_files)
    if chosen.endurance:
        endurance(files, chosen.endurance)


if __name__ == "__main__":
    main()
