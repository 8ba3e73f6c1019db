"""A picture gives what its QR codes state, whatever its format and however it lies; a broken one is named for what it is."""

import pillow_heif
import pytest
from PIL import Image

from bench.unseen import pictures
from bench.unseen.judging import Tally, judge
from parsers import picture, read
from parsers.document import Document
from parsers.errors import Damaged, NoInvoice, ParseError, TooLarge
from parsers.page_picture import render
from parsers.phash import NEAR, distance, perceptual_hash
from reimburse.domain.reading import FileFormat, ReadStatus

from .pictures import DIGITAL, MENU, OLD, png_that_claims, png_with_a_text_bomb, saved, sheet

pillow_heif.register_heif_opener()
FORMS = {
    "JPEG": {"quality": 80},
    "PNG": {},
    "WEBP": {"quality": 80},
    "HEIF": {"quality": 80},
    "TIFF": {"compression": "tiff_lzw"},
}
TURNS = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


def found_in(data: bytes):
    return picture.read(Document("any-name.pdf", data))


def numbers(data: bytes) -> list[str]:
    return [found.testimonies[0].fields["number"].value for found in found_in(data)]


@pytest.mark.parametrize("form", FORMS)
def test_every_format_is_read_by_its_content(form: str):
    data = saved(sheet(DIGITAL), form, **FORMS[form])
    assert picture.recognises(Document("any-name.pdf", data))
    assert numbers(data) == ["25990000000000004453"]


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_turned_photo_is_set_upright_and_its_box_with_it(form: str, orientation: int):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(sheet(DIGITAL).transpose(TURNS[orientation]), form, exif=exif)
    (found,) = found_in(data)
    box = found.testimonies[0].fields["number"].box
    scale = 842 / 1200
    assert box == pytest.approx((80 * scale, 100 * scale, 265 * scale, 285 * scale), abs=6)


def test_several_invoices_on_one_picture_are_several_findings():
    assert numbers(saved(sheet(DIGITAL, MENU, OLD), "PNG")) == ["25990000000000004453", "20000543"]


def test_one_invoice_twice_on_a_picture_is_one():
    assert numbers(saved(sheet(DIGITAL, DIGITAL), "PNG")) == ["25990000000000004453"]


def test_the_pages_of_a_scan_are_counted():
    data = saved(sheet(OLD), "TIFF", save_all=True, append_images=[sheet(MENU), sheet(DIGITAL)])
    assert [(found.page, found.testimonies[0].fields["number"].page) for found in found_in(data)] == [(1, 1), (3, 3)]


def test_a_big_photo_is_shrunk_and_its_box_is_not():
    (found,) = found_in(saved(sheet(DIGITAL, size=(6000, 4000), module=25), "JPEG"))
    left = found.testimonies[0].fields["number"].box[0]
    assert left == pytest.approx((60 + 4 * 25) * 842 / 6000, abs=3)


def test_a_big_scan_that_lies_on_its_side_is_set_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(sheet(DIGITAL, size=(6000, 4000), module=25).transpose(TURNS[6]), "PNG", exif=exif)
    (found,) = found_in(data)
    assert found.testimonies[0].fields["number"].box[0] == pytest.approx((60 + 4 * 25) * 842 / 6000, abs=3)


def test_a_transparent_picture_lies_on_white_paper():
    paper = sheet(DIGITAL).convert("L")
    see_through = Image.merge("LA", (Image.new("L", paper.size, 0), paper.point(lambda value: 255 - value)))
    assert numbers(saved(see_through, "PNG")) == ["25990000000000004453"]


def test_without_a_code_the_person_is_told_what_to_do():
    with pytest.raises(NoInvoice, match="二维码完整清晰"):
        found_in(saved(sheet(MENU), "JPEG"))
    (reading,) = read(Document("holiday.jpg", saved(sheet(), "JPEG")))
    assert (reading.status, reading.format) == (ReadStatus.NOT_AN_INVOICE, FileFormat.IMAGE)


BROKEN = {
    "a truncated JPEG": (saved(sheet(DIGITAL), "JPEG")[:9000], Damaged),
    "a truncated PNG": (saved(sheet(DIGITAL), "PNG")[:2000], Damaged),
    "a truncated HEIC": (saved(sheet(DIGITAL), "HEIF")[:3000], Damaged),
    "a JPEG that is only a beginning": (b"\xff\xd8\xff\xe0", Damaged),
    "a PNG that promises 3.6 gigapixels": (png_that_claims(60_000, 60_000), TooLarge),
    "a PNG that promises 100 megapixels": (png_that_claims(10_000, 10_000), TooLarge),
    "a PNG whose comment unpacks to 200 MB": (png_with_a_text_bomb(), Damaged),
    "a TIFF of too many pages": (
        saved(Image.new("1", (8, 8)), "TIFF", save_all=True, append_images=[Image.new("1", (8, 8))] * 80), TooLarge,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "problem"), BROKEN.values(), ids=BROKEN)
def test_a_broken_picture_is_named_for_what_it_is(data: bytes, problem: type[ParseError]):
    with pytest.raises(problem):
        found_in(data)


def test_a_page_picture_has_the_size_the_resolution_gives_it():
    document = Document("a.jpg", saved(sheet(DIGITAL, size=(2400, 1600), module=10), "JPEG"))
    assert render(document, 1, 144).size == (1684, 1123)
    assert render(document, 2, 144) is None
    assert render(Document("a.xml", b"<a/>"), 1, 144) is None


def test_a_smaller_paler_copy_is_near_and_another_picture_is_not():
    original = sheet(DIGITAL, OLD)
    copy = original.resize((300, 200)).convert("L").point(lambda value: 60 + value // 2)
    other = sheet(MENU, size=(1200, 800), module=14)
    assert distance(perceptual_hash(original), perceptual_hash(copy)) <= NEAR
    assert distance(perceptual_hash(original), perceptual_hash(other)) > NEAR


def test_a_code_with_a_negative_sum_makes_a_red_letter_invoice():
    (reading,) = read(Document("red.png", saved(sheet(OLD.replace(",6.2,", ",-6.2,")), "PNG")))
    assert (reading.invoice.red_letter, str(reading.invoice.amount_excl_tax)) == (True, "-6.20")


@pytest.mark.parametrize("size", [(300_000, 2), (2, 60_000)])
def test_a_picture_that_is_a_mere_line_has_no_code(size: tuple[int, int]):
    with pytest.raises(NoInvoice):
        found_in(saved(Image.new("L", size, "white"), "PNG"))


@pytest.mark.parametrize("seed", [5002, 5009, 5016, 5018])
def test_what_pictures_tell_is_right_and_in_its_place(seed: int):
    tally = Tally()
    judge(pictures.drawn(seed), tally)
    assert (tally.flagged, tally.absent, tally.silent, tally.examples) == (0, 0, 0, [])
    assert tally.exact >= 6
