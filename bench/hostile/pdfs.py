"""Hostile PDFs: what they draw over and over, what they claim to hold, and how their parts lead back to themselves."""

import random
from collections.abc import Callable, Mapping

from bench.hostile.objects import CONTENT, PAGES, PLAIN_PAGE, bomb, deflated, one_page, stream
from tests.parsers import signing_pdf

FONT = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 595 397]"
IMAGE = b"/Type /XObject /Subtype /Image /BitsPerComponent 8 /ColorSpace /DeviceGray"
WORDS = b"BT /F1 1 Tf 1 0 0 1 %d %d Tm (%s) Tj ET\n"


def form_that_draws_itself() -> bytes:
    form = deflated(b"/X Do", FORM + b" /Resources << /XObject << /X 5 0 R >> >>")
    return one_page(b"/X Do", b"/XObject << /X 5 0 R >>", {5: form})


def forms_ten_to_the_ninth() -> bytes:
    forms = {
        number: deflated(b"/X Do " * 10, FORM + b" /Resources << /XObject << /X %d 0 R >> >>" % (number + 1))
        for number in range(5, 14)
    }
    leaf = deflated(b"0 0 m 595 397 l S", FORM)
    return one_page(b"/X Do", b"/XObject << /X 5 0 R >>", {**forms, 14: leaf})


def forms_with_words_ten_to_the_sixth() -> bytes:
    forms = {
        number: deflated(b"/X Do " * 10, FORM + b" /Resources << /XObject << /X %d 0 R >> >>" % (number + 1))
        for number in range(5, 11)
    }
    leaf = deflated(WORDS % (9, 9, b"26992000000000000017"), FORM + b" /Resources << " + FONT + b" >>")
    return one_page(b"/X Do", b"/XObject << /X 5 0 R >>", {**forms, 11: leaf})


def pages_that_are_claimed() -> bytes:
    return one_page(b"0 0 m 9 9 l S", more={PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"})


def many_pages() -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(5, 60_005))
    tree = b"<< /Type /Pages /Kids [%s] /Count 60000 >>" % kids
    return one_page(more={PAGES: tree} | dict.fromkeys(range(5, 60005), b"<< %s >>" % PLAIN_PAGE))


def full_pages() -> bytes:
    """As many pages as are read, each as full as may be, all with one drawing."""
    rng = random.Random(1)
    words = b"".join(WORDS % (rng.randrange(590), rng.randrange(390), b"%020d" % number) for number in range(2900))
    page = b"<< %s /Resources << %s >> >>" % (PLAIN_PAGE, FONT)
    kids = b" ".join(b"%d 0 R" % number for number in range(5, 205))
    tree = b"<< /Type /Pages /Kids [%s] /Count 200 >>" % kids
    return one_page(words, more={PAGES: tree} | dict.fromkeys(range(5, 205), page))


def sheet_of(size: bytes) -> Callable[[], bytes]:
    return lambda: one_page(
        WORDS % (9, 9, b"26992000000000000017"), FONT, entries=PLAIN_PAGE.replace(b"[0 0 595 397]", size)
    )


def unit_of_a_page() -> bytes:
    return one_page(WORDS % (9, 9, b"26992000000000000017"), FONT, entries=PLAIN_PAGE + b" /UserUnit 1000000")


def object_stream_bomb() -> bytes:
    packed = bomb(b" ", 1 << 30)
    return one_page(more={9: stream(packed, b"/Type /ObjStm /N 100000000 /First 900000000 /Filter /FlateDecode")})


def signed_object_stream_bomb() -> bytes:
    """The objects of the form lie in a stream that unpacks to a thousand megabytes."""
    packed = stream(bomb(b" ", 1 << 30), b"/Type /ObjStm /N 1 /First 8 /Filter /FlateDecode")
    places = b"".join(
        bytes([kind]) + where.to_bytes(4, "big") + bytes([index]) for kind, where, index in ((0, 0, 0), (2, 9, 0))
    )
    table = stream(places, b"/Type /XRef /Size 12 /W [1 4 1] /Index [10 2] /Root 1 0 R")
    return one_page(more={9: packed, 20: table}, catalog=b"/AcroForm 11 0 R /SigFlags 3")


def content_bomb() -> bytes:
    return one_page(more={CONTENT: stream(bomb(b" ", 2 << 30), b"/Filter /FlateDecode")})


def content_bomb_in_a_bomb() -> bytes:
    twice = stream(bomb_of(bomb(b" ", 4 << 30)), b"/Filter [/FlateDecode /FlateDecode]")
    return one_page(more={CONTENT: twice})


def bomb_of(data: bytes) -> bytes:
    return deflated(data).partition(b"stream\n")[2].removesuffix(b"\nendstream")


def deep_page_tree() -> bytes:
    nodes = {
        number: b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (number - 1, number + 1)
        for number in range(6, 20_000)
    }
    top = b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>"
    return one_page(more={PAGES: top, **nodes, 20_000: b"<< %s >>" % PLAIN_PAGE})


def page_tree_that_returns() -> bytes:
    return one_page(more={PAGES: b"<< /Type /Pages /Kids [2 0 R 2 0 R 3 0 R] /Count 3 /Parent 2 0 R >>"})


def millions_of_glyphs() -> bytes:
    line = b"(" + b"8" * 1000 + b") Tj 0 -0.1 Td\n"
    return one_page(b"BT /F1 0.5 Tf 9 390 Td\n" + line * 3000 + b"ET", FONT)


def glyphs_each_by_itself() -> bytes:
    rng = random.Random(2)
    words = (WORDS % (rng.randrange(590), rng.randrange(390), b"8") for _ in range(59_000))
    return one_page(b"".join(words), FONT)


def doubtful_and_full() -> bytes:
    """An invoice's face without an amount and with all the words it may hold: both readers go over it."""
    face = b"".join(
        WORDS % (40, 380 - 9 * row, b"%s" % word)
        for row, word in enumerate((b"invoice 26992000000000000017", b"2026-03-02", b"91990000MA0DEM0011"))
    )
    return one_page(face + millions_of_glyphs()[:0] + b"BT /F1 0.5 Tf 9 300 Td (" + b"8" * 59_000 + b") Tj ET", FONT)


def huge_inline_image() -> bytes:
    return one_page(b"q 595 0 0 397 0 0 cm BI /W 60000 /H 60000 /BPC 8 /CS /G ID " + b"\0" * 4_000_000 + b" EI Q")


def image(entries: bytes, data: bytes = b"") -> bytes:
    drawn = b"q 595 0 0 397 0 0 cm /I Do Q"
    return one_page(drawn, b"/XObject << /I 5 0 R >>", {5: stream(data, IMAGE + entries)})


def raw_image_bomb() -> bytes:
    return image(b" /Width 30000 /Height 30000 /Filter /FlateDecode", bomb(b"\0", 900 << 20))


def jbig2_bomb() -> bytes:
    side = (60_000).to_bytes(4, "big")
    page = b"\0\0\0\0\x30\0\x01\0\0\0\x13" + side + side + bytes(8) + b"\0\0\0"
    return image(b" /Width 60000 /Height 60000 /Filter /JBIG2Decode", page)


def jpx_bomb() -> bytes:
    side = (60_000).to_bytes(4, "big")
    size = b"\0\0" + side + side + bytes(8) + side + side + bytes(8) + b"\0\x03" + b"\x07\x01\x01" * 3
    head = b"\xff\x4f\xff\x51" + (len(size) + 2).to_bytes(2, "big") + size
    style = b"\xff\x52\x00\x0c\x00\x00\x00\x01\x00\x05\x04\x04\x00\x00\xff\x5c\x00\x13\x40" + b"\x40" * 16
    tile = b"\xff\x90\x00\x0a\x00\x00\x00\x00\x00\x00\x00\x01\xff\x93" + bytes(2000) + b"\xff\xd9"
    return image(b" /Width 60000 /Height 60000 /Filter /JPXDecode", head + style + tile)


def picture_over_and_over() -> bytes:
    used = b"/XObject << /I 5 0 R >>"
    square = deflated(bytes(4_000_000), IMAGE + b" /Width 2000 /Height 2000")
    return one_page(b"q 90 0 0 90 9 9 cm /I Do Q\n" * 50_000, used, {5: square})


def tiles_without_number() -> bytes:
    tile = stream(
        b"0 0 .01 .01 re f",
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 .01 .01] /XStep .01 /YStep .01"
        b" /Resources << >>",
    )
    return one_page(b"/Pattern cs /P scn 0 0 595 397 re f", b"/Pattern << /P 5 0 R >>", {5: tile})


def dashes_without_number() -> bytes:
    return one_page(b"[.0001 .0001] 0 d 1 w " + b"0 0 m 595 397 l S " * 50)


def outline_of_a_million_points() -> bytes:
    rng = random.Random(3)
    points = b"".join(b"%d %d l " % (rng.randrange(595), rng.randrange(397)) for _ in range(1_000_000))
    return one_page(b"0 0 m " + points + b"f* ")


def groups_in_groups() -> bytes:
    """Each group wants a picture of the page of its own."""
    group = FORM + b" /Group << /S /Transparency /I true /K true >>"
    state = b" /Resources << /XObject << /X %d 0 R >> /ExtGState << /G << /ca .5 /BM /Luminosity >> >> >>"
    forms = {n: deflated(b"/G gs 0 0 m 9 9 l S /X Do", group + state % (n + 1)) for n in range(5, 400)}
    return one_page(b"/X Do", b"/XObject << /X 5 0 R >>", {**forms, 400: deflated(b"0 0 m 9 9 l S", group)})


def shading_by_a_long_program() -> bytes:
    program = b"{ " + b"dup mul sqrt " * 20_000 + b"pop dup dup }"
    function = stream(program, b"/FunctionType 4 /Domain [0 595 0 397] /Range [0 1 0 1 0 1]")
    shading = b"<< /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 595 0 397] /Function 6 0 R >>"
    return one_page(b"/S sh", b"/Shading << /S 5 0 R >>", {5: shading, 6: function})


def font_that_draws_itself() -> bytes:
    glyph = deflated(b"1000 0 d0 BT /F1 1 Tf (aaaaaaaaaa) Tj ET")
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 97"
        b" /LastChar 97 /Widths [1000] /CharProcs << /a 6 0 R >> /Encoding << /Differences [97 /a] >>"
        b" /Resources << /Font << /F1 5 0 R >> >> >>"
    )
    return one_page(b"BT /F1 9 Tf 9 9 Td (aaaa) Tj ET", b"/Font << /F1 5 0 R >>", {5: font, 6: glyph})


def tables_that_lead_back() -> bytes:
    plain = one_page(WORDS % (9, 9, b"1"), FONT)
    start = int(plain.rpartition(b"startxref\n")[2].split()[0])
    return plain.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)


def attachments_that_swell() -> bytes:
    names = b" ".join(b"(a%d) << /Type /Filespec /F (a) /EF << /F 5 0 R >> >>" % n for n in range(500))
    held = stream(bomb(b" ", 900 << 20), b"/Type /EmbeddedFile /Filter /FlateDecode")
    return one_page(
        WORDS % (9, 9, b"1"), FONT, {5: held}, catalog=b"/Names << /EmbeddedFiles << /Names [%s] >> >>" % names
    )


def fields_without_end() -> bytes:
    """A field that is its own child twice over, in a form that claims signatures."""
    return one_page(
        catalog=b"/AcroForm << /SigFlags 3 /Fields [5 0 R 5 0 R] >>",
        more={5: b"<< /T (a) /FT /Sig /Kids [5 0 R 5 0 R 5 0 R] >>"},
    )


def signed_over_and_over() -> bytes:
    """Fifty fields, each of which says that the same signature is over sixty megabytes."""
    message = b"<" + signing_pdf.detached(b"").hex().encode() + b">"
    one = b"<< /FT /Sig /T (s) /V << /Type /Sig /Filter /A /SubFilter /adbe.pkcs7.detached"
    value = one + b" /ByteRange [0 %10d %10d 1] /Contents " + message + b" >> >>"
    fields = b" ".join(b"%d 0 R" % number for number in range(10, 60))
    more = {9: stream(bytes(60_000_000)), **dict.fromkeys(range(10, 60), value % (0, 0))}
    file = one_page(more=more, catalog=b"/AcroForm << /SigFlags 3 /Fields [%s] >>" % fields)
    start = file.index(message)
    return file.replace(b"[0 %10d %10d 1]" % (0, 0), b"[0 %10d %10d 1]" % (start, start + len(message)))


PDFS: Mapping[str, Callable[[], bytes]] = {
    "form that draws itself": form_that_draws_itself,
    "forms, ten to the ninth": forms_ten_to_the_ninth,
    "forms with words, ten to the sixth": forms_with_words_ten_to_the_sixth,
    "pages that are only claimed": pages_that_are_claimed,
    "sixty thousand pages": many_pages,
    "two hundred full pages": full_pages,
    "sheet of a million points": sheet_of(b"[0 0 1000000 1000000]"),
    "sheet long and thin": sheet_of(b"[0 0 .0001 14000]"),
    "sheet without extent": sheet_of(b"[0 0 0 0]"),
    "sheet to infinity": sheet_of(b"[-1e38 -1e38 1e38 1e38]"),
    "unit of a million": unit_of_a_page,
    "object stream of a gigabyte": object_stream_bomb,
    "form in an object stream of a gigabyte": signed_object_stream_bomb,
    "drawing of two gigabytes": content_bomb,
    "drawing of four gigabytes, packed twice": content_bomb_in_a_bomb,
    "page tree of twenty thousand levels": deep_page_tree,
    "page tree that returns": page_tree_that_returns,
    "three million glyphs": millions_of_glyphs,
    "glyphs each by itself": glyphs_each_by_itself,
    "doubtful and full": doubtful_and_full,
    "inline image of 3.6 gigapixels": huge_inline_image,
    "raw image of 900 megapixels": raw_image_bomb,
    "JBIG2 of 3.6 gigapixels": jbig2_bomb,
    "JPX of 3.6 gigapixels": jpx_bomb,
    "one picture fifty thousand times": picture_over_and_over,
    "tiles without number": tiles_without_number,
    "dashes without number": dashes_without_number,
    "outline of a million points": outline_of_a_million_points,
    "groups in groups": groups_in_groups,
    "shading by a long program": shading_by_a_long_program,
    "font that draws itself": font_that_draws_itself,
    "tables that lead back": tables_that_lead_back,
    "attachments that swell": attachments_that_swell,
    "fields without end": fields_without_end,
    "signed fifty times over sixty megabytes": signed_over_and_over,
}
