"""Where reading a PDF spends its time, how often the second reader runs, and what a process holds in memory."""

import cProfile
import pstats
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import parsers
from parsers import pdf
from parsers.document import Document

SHARES = {
    "opening": ("opening.py", "opened"),
    "text by position": ("opening.py", "page_of"),
    "codes: rendering and decoding": ("codes.py", "codes_of"),
    "reading the parts": ("parts.py", "read_part"),
    "the second reader": ("second_reader.py", "read_again"),
    "attachments": ("attachments.py", "attached_testimonies"),
    "merging": ("merge.py", "merge"),
}


def resident_mib(pid: int) -> float:
    """What the process holds in memory now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def print_second_reader(pdfs: Sequence[Document]) -> None:
    """In how many files pdfium left something missing or contradictory, so that pdfplumber read them again."""
    again = []
    for document in pdfs:
        with patch.object(pdf, "read_again", wraps=pdf.read_again) as read_again:
            parsers.read(document)
        if read_again.called:
            again.append(Path(document.name).name)
    print(f"\npdfplumber ran for {len(again)} of {len(pdfs)} PDFs: {', '.join(again) or 'none'}")


def print_shares(pdfs: Sequence[Document]) -> None:
    """The share of each step in reading all PDFs, by the profiler, which makes small steps look larger."""
    profile = cProfile.Profile()
    for document in pdfs:
        profile.runcall(parsers.read, document)
    statistics = pstats.Stats(profile)
    whole = next(
        entry[3] for place, entry in statistics.stats.items() if place[2] == "read" and "parsers/__init__" in place[0]
    )
    print("\nwhere the time goes inside the child:")
    for title, (file, function) in SHARES.items():
        spent = sum(
            entry[3]
            for place, entry in statistics.stats.items()
            if place[2] == function and Path(place[0]).name == file
        )
        print(f"  {title:32} {spent / whole:6.1%}")
