"""A page that cannot be read is named with its number and takes nothing from the other pages of its file."""

import pytest
from PIL import Image

from parsers import read
from parsers.document import Document
from parsers.errors import ParseError
from parsers.page_picture import render
from reimburse.domain.reading import ReadStatus

from . import ofd_files, paper
from .pictures import number_on, scan, scanned, with_garbled_strips

COMPRESSIONS = ("raw", "tiff_lzw", "jpeg", "tiff_adobe_deflate")
Page = tuple[int, str]
FIRST, SECOND = "26992000000000000017", "26992000000000000024"


def directory_at(data: bytes, page: int) -> int:
    """Where the page of a scan is described."""
    at = int.from_bytes(data[4:8], "little")
    for _ in range(page - 1):
        count = int.from_bytes(data[at : at + 2], "little")
        at = int.from_bytes(data[at + 2 + 12 * count :][:4], "little")
    return at


def told(data: bytes) -> list[Page]:
    """By page: the number read there, or why nothing is."""
    return [
        (reading.page, str(reading.invoice.number) if reading.invoice else reading.error.code.value)
        for reading in read(Document("a", data))
    ]


@pytest.mark.parametrize("compression", COMPRESSIONS[1:])
def test_a_page_with_broken_lines_is_named_and_those_around_it_are_read(compression: str):
    data = with_garbled_strips(scan(compression), 2)
    assert told(data) == [(1, number_on(1)), (2, "damaged"), (3, number_on(3)), (4, number_on(4))]


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_of_a_scan_that_is_cut_off_the_pages_before_are_read(compression: str):
    data = scan(compression)
    assert told(data[: directory_at(data, 3) + 60])[:3] == [(1, number_on(1)), (2, number_on(2)), (3, "damaged")]


def test_a_cut_off_scan_says_from_which_page_on_it_is_not_read():
    data = scan("tiff_lzw")
    *_, last = read(Document("scan.tif", data[: len(data) // 2 + 9000]))
    assert last.status is ReadStatus.REJECTED
    assert last.error.message.startswith("第 3 页起没有读取")
    assert " / From page 3 on nothing was read" in last.error.message


def test_a_page_of_which_the_description_is_broken_does_not_pass_for_another():
    data = bytearray(scan("jpeg"))
    at = directory_at(bytes(data), 3)
    data[at : at + 2] = b"\xff\xff"
    assert told(bytes(data)) == [(1, number_on(1)), (2, number_on(2)), (3, "damaged")]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_page_that_is_too_large_is_named_wherever_it_stands(place: int):
    pages = [scanned(1).convert("1"), scanned(2).convert("1")]
    pages.insert(place, Image.new("1", (10_000, 10_000)))
    others = [number_on(page) for page in (1, 2)]
    others.insert(place, "too_large")
    assert told(scan("group4", *pages)) == list(enumerate(others, 1))


def test_pages_beyond_the_limit_are_named():
    data = scan("raw", scanned(1), *[Image.new("1", (8, 8))] * 70)
    assert told(data) == [(1, number_on(1)), (61, "too_large")]


def test_the_pages_around_a_broken_one_can_be_shown():
    document = Document("scan.tif", with_garbled_strips(scan("tiff_lzw"), 2))
    assert render(document, 3, 72).size == (842, 561)
    with pytest.raises(ParseError, match="第 2 页没有读取"):
        render(document, 2, 72)


@pytest.mark.parametrize(("page", "left"), [(1, SECOND), (2, FIRST)])
def test_a_page_of_a_pdf_that_is_none_is_named(page: int, left: str):
    data = paper.pdf(paper.whole(number=FIRST), paper.whole(number=SECOND))
    kind = b"/Type /Page\n"
    at = data.index(kind) if page == 1 else data.rindex(kind)
    assert dict(told(data[:at] + kind.replace(b"Page", b"Xage") + data[at + len(kind) :])) == {
        page: "damaged",
        3 - page: left,
    }


def test_a_page_of_a_pdf_that_is_too_large_is_named():
    absurd = paper.Sheet((90_000.0, 90_000.0)).put(50, 50, "大")
    data = paper.pdf(paper.whole(number=FIRST), absurd, paper.whole(number=SECOND))
    assert told(data) == [(1, FIRST), (2, "too_large"), (3, SECOND)]


def test_a_further_page_of_an_ofd_that_cannot_be_read_is_named():
    pages = ("Pages/Page_0/Content.xml", "Pages/Page_1/Content.xml", "Pages/Page_2/Content.xml")
    members = ofd_files.parts(document=ofd_files.document_part(pages))
    members["Doc_0/Pages/Page_1/Content.xml"] = ofd_files.content()[:200]
    members["Doc_0/Pages/Page_2/Content.xml"] = ofd_files.content({})
    assert told(ofd_files.zipped(members)) == [(1, ofd_files.NUMBER), (2, "damaged")]


def test_an_ofd_whose_first_page_is_broken_is_damaged():
    assert told(ofd_files.ofd_file(ofd_files.parts(page="<broken")).data) == [(1, "damaged")]
