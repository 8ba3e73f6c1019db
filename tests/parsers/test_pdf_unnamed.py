"""Characters that no reader can name leave a value unread, never shortened."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import ttfonts
from reportlab.pdfgen.canvas import Canvas

import parsers
from bench.unseen import pages
from bench.unseen.families import drawn
from bench.unseen.judging import Tally, judge
from parsers.document import Document
from reimburse.demo.samples.qr_picture import qr_picture
from reimburse.domain.reading import ErrorCode

GARBLED = 18008, 18012, 18019, 18022
"""Forms in fonts whose figures pdfium does not give; locked so, pdfplumber does not name a character of them."""

EMBEDDED = 18009, 18010


def locked(user_password: str) -> Callable[[tuple[float, float]], tuple[Canvas, io.BytesIO]]:
    """A canvas that locks what is drawn; the names of its fonts' characters are lost in that."""

    def canvas(size: tuple[float, float]) -> tuple[Canvas, io.BytesIO]:
        buffer = io.BytesIO()
        return Canvas(buffer, pagesize=size, encrypt=StandardEncryption(user_password, "owner")), buffer

    return canvas


@pytest.mark.parametrize("seed", GARBLED)
def test_nothing_is_read_short(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "canvas", locked(""))
    tally = Tally()
    judge(drawn(seed), tally)
    assert [example for example in tally.examples if example.startswith("SILENT")] == []
    assert tally.flagged


def test_a_file_that_asks_for_a_password_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "canvas", locked("user"))
    (reading,) = parsers.read(Document("a.pdf", drawn(18008).data))
    assert reading.error
    assert reading.error.code is ErrorCode.ENCRYPTED


def test_a_file_locked_against_changes_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "canvas", locked(""))
    tally = Tally()
    judge(drawn(18014), tally)
    assert (tally.silent, tally.flagged, tally.absent) == (0, 0, 0)


@pytest.mark.parametrize("lost", ["\ue123", "\ufffd"])
@pytest.mark.parametrize("characters", ["有*5", "示8贰"])
def test_characters_without_a_name_leave_a_value_unread(
    lost: str, characters: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def partly(name: str, subset: list[int]) -> str:
        return whole(name, [ord(lost) if chr(code) in characters else code for code in subset])

    whole = ttfonts.makeToUnicodeCMap
    monkeypatch.setattr(ttfonts, "makeToUnicodeCMap", partly)
    tally = Tally()
    for seed in EMBEDDED:
        judge(drawn(seed), tally)
    assert [example for example in tally.examples if example.startswith("SILENT")] == []
    assert tally.flagged


def test_the_same_code_on_further_pages_is_no_further_invoice() -> None:
    page = qr_picture("01,32,,25997000000000006425,742.93,2025-12-29,,").convert("L")
    sheet = Image.new("L", (800, 560), "white")
    sheet.paste(page.resize((200, 200)), (40, 40))
    buffer = io.BytesIO()
    sheet.save(buffer, "PDF", save_all=True, append_images=[sheet, sheet])
    (reading,) = parsers.read(Document("copies.pdf", buffer.getvalue()))
    assert reading.invoice
    assert reading.invoice.number == "25997000000000006425"
