"""What coverage-guided fuzzing feeds, target by target, and the files that each begins with."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import parsers
from bench.seeds import seeds
from bench.soundness import Originals, Unsound, expect_sound
from parsers import qr_payload
from parsers.containers import documents_in
from parsers.document import Document
from parsers.errors import ParseError
from parsers.page_picture import render
from parsers.seal import certificate, cms, der, judge, ses, signed_value
from parsers.seal.findings import Checked
from parsers.seal.trust import SHIPPED
from parsers.statements import read_statement
from parsers.statements.errors import StatementError
from parsers.tables.sheets import sheets_of
from reimburse.domain.amount_words import NotAnAmount, from_words
from tests.statements.shipped import PROFILES
from tests.statements.test_layouts import CASES, content

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
LARGEST = 400_000
Feed = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Target:
    """What is fed, and the names of the seeds to begin with, those of ``bench.seeds`` and folders of the corpus."""

    feed: Feed
    seeds: tuple[str, ...]
    folders: tuple[str, ...] = ()


def starting_files(target: Target, seed: int) -> Iterator[bytes]:
    """The project's own samples, and the shared corpus where it lies beside the project."""
    own = seeds(seed)
    for name in target.seeds:
        yield from EXTRA[name]() if name in EXTRA else own.get(name, ())
    for folder in target.folders:
        for path in sorted((CORPUS / folder).glob("*.*")) if CORPUS.is_dir() else ():
            if path.stat().st_size <= LARGEST:
                yield path.read_bytes()


def read(data: bytes) -> None:
    document = Document("fuzzed", data)
    expect_sound(parsers.read(document))
    render(document, 1, 36)


def open_container(data: bytes) -> None:
    for inner in documents_in(Document("fuzzed", data)):
        if inner.data.startswith(b"<"):
            expect_sound(parsers.read(inner))


def parse_signature(data: bytes) -> None:
    for parse in (ses.parse, cms.parse, der.definite, certificate.read):
        try:
            parse(data)
        except der.Malformed:
            continue


def check_signature(data: bytes) -> None:
    """A signature value over a part that is known: whatever it proves, it proves in time."""
    checked = Checked()
    signed_value.check_value(checked, data, b"<a/>", ("v", "s"), SHIPPED)


@lru_cache(maxsize=1)
def originals() -> Originals:
    """The signed files among the seeds."""
    held = starting_files(TARGETS["seal"], 1)
    return Originals(tuple(data for data in held if b"/Contents <" in data or b"/Signature.xml" in data))


def judge_file(data: bytes) -> None:
    result = judge(Document("fuzzed", data))
    if result:
        originals().expect_unchanged(data, result.status)


def read_payload(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    said = qr_payload.testimony(text, 1, None)
    if said and "number" not in said.fields:
        raise Unsound("a code without a number")
    with contextlib.suppress(NotAnAmount):
        from_words(text)


def read_table(data: bytes) -> None:
    document = Document("fuzzed", data)
    for act in (lambda: read_statement("fuzzed", data, PROFILES), lambda: sheets_of(document)):
        try:
            act()
        except (StatementError, ParseError):
            continue


EXTRA: Mapping[str, Callable[[], list[bytes]]] = {
    "payloads": lambda: [
        text.encode()
        for text in (
            "01,32,,26992000000000000017,106.00,20260302,,8935",
            "01,10,099001700112,20000543,6.2,20180323,06000000000004870000,8935,",
            "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash=0&bill_num=00000017&total_amount=10600",
            "http://einvoice.jsczt.cn/page/99000017/0000000017/000017/",
            "099001700112,20000543,106.00,2026-03-02,示例公司",
            "壹仟零陆圆伍角整",
        )
    ],
    "tables": lambda: [content(case) for case in CASES.values()],
}
FORMATS = ("png", "jpeg", "webp", "tiff", "heif")
TARGETS: Mapping[str, Target] = {
    "pdf": Target(read, ("pdf",), ("pdf",)),
    "ofd": Target(read, ("ofd",), ("ofd",)),
    "xml": Target(read, ("xml",), ("xml",)),
    "xbrl": Target(read, ("xml",), ("xbrl",)),
    **{name: Target(read, (name,)) for name in FORMATS},
    "zip": Target(open_container, ("zip",)),
    "eml": Target(open_container, ("eml",)),
    "signature": Target(parse_signature, ("dat",)),
    "signed value": Target(check_signature, ("dat",)),
    "seal": Target(judge_file, ("ofd", "pdf"), ("ofd",)),
    "payload": Target(read_payload, ("payloads",)),
    "table": Target(read_table, ("tables",), ("statements",)),
}
