import io

import numpy as np
import pytest
from PIL import Image

from parsers import ofd
from parsers.errors import TooLarge
from parsers.ofd.fonts import has
from parsers.ofd.outline import chains
from parsers.ofd.preview import page_picture, page_size
from parsers.page_picture import render
from parsers.qr import decode
from tests.parsers.ofd_files import OFD_NS, TEXTS, content, document_part, ofd_file, parts, text_object
from tests.parsers.signing import Style, packed, signed_members
from tests.parsers.told import corpus_document, truths

SCALE = 2.0
PAGE = "Doc_0/Pages/Page_0/Content.xml"


def ink(image, box):
    """How much of the box is dark, the box in points."""
    part = np.asarray(image.convert("L").crop([round(edge * SCALE) for edge in box]))
    return float((part < 160).mean()) if part.size else 0.0


def drawn(page, **changed):
    return page_picture(ofd_file(parts(page=page, **changed)), 1, SCALE)


def path(data, extra="", inner="", boundary="10 10 100 100"):
    return f'<ofd:PathObject ID="90" Boundary="{boundary}" LineWidth="1" {extra}>{inner}<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'


def points(*millimetres):
    return [edge * 72 / 25.4 for edge in millimetres]


@pytest.mark.parametrize("truth", truths("ofd"))
def test_the_boxes_of_a_reading_hold_ink(truth):
    document = corpus_document(truth["file"])
    image = page_picture(document, 1, SCALE)
    (found,) = ofd.read(document)
    boxes = {
        field: seen.box
        for said in found.testimonies
        for field, seen in said.fields.items()
        if seen.box and seen.page == 1
    }
    assert len(boxes) > 8
    assert {field for field, box in boxes.items() if ink(image, box) < 0.05} == set()


@pytest.mark.parametrize(
    "name", ["special_digital_pair", "general_electronic_2020_catering", "general_electronic_2020_five_pages"]
)
def test_the_code_on_the_picture_can_be_scanned(name):
    assert decode(page_picture(corpus_document(f"ofd/{name}.ofd"), 1, SCALE))


def test_the_seal_stands_where_its_stamp_says():
    image = page_picture(corpus_document("ofd/general_electronic_2020_catering.ofd"), 1, SCALE)
    red, green, _ = (
        np.asarray(band, float) for band in image.crop([round(edge * SCALE) for edge in points(90, 8, 120, 28)]).split()
    )
    assert ((red - green) > 120).mean() > 0.03


def test_pages_are_counted_over_the_package():
    document = corpus_document("ofd/general_electronic_2020_five_pages.ofd")
    assert page_size(document, 1)[1] < page_size(document, 2)[1]
    assert page_picture(document, 5, 1.0).size == (595, 842)
    assert page_picture(document, 6, 1.0) is None
    assert page_picture(document, 0, 1.0) is None
    assert page_size(document, 6) is None


def test_size_and_scale():
    assert drawn(content()).size == (1191, 794)
    assert render(ofd_file(), 1, 72).size == (595, 397)


def test_lines_and_areas():
    image = drawn(content({}, path("M 0 0 L 50 0")))
    assert ink(image, points(11, 9.8, 59, 10.2)) > 0.9
    filled = path("M 0 0 L 20 0 L 20 20 L 0 20 C", 'Fill="true" Stroke="false"', '<ofd:FillColor Value="200 0 0"/>')
    assert drawn(content({}, filled)).getpixel((round(20 * 72 / 25.4 * SCALE), round(20 * 72 / 25.4 * SCALE))) == (
        200,
        0,
        0,
    )


def test_an_area_without_a_colour_is_not_filled():
    image = drawn(content({}, path("M 0 0 L 20 0 L 20 20 L 0 20 C", 'Fill="true"')))
    assert ink(image, points(12, 12, 28, 28)) == 0.0


@pytest.mark.parametrize("extra", ['Visible="false"', 'Alpha="0"'])
def test_what_is_switched_off_is_not_drawn(extra):
    image = drawn(content({}, path("M 0 0 L 50 0", extra)))
    assert ink(image, points(11, 9, 59, 11)) == 0.0


def test_turned_text():
    image = drawn(content({}, text_object(91, "下载次数", 100, 50, 'CTM="0 1 -1 0 0 0"')))
    assert ink(image, points(96, 50, 101, 65)) > 0.05
    assert ink(image, points(102, 50, 130, 60)) == 0.0


PARAMETERS = (
    f'<ofd:Res {OFD_NS}><ofd:DrawParams><ofd:DrawParam ID="3" Relative="4"/>'
    '<ofd:DrawParam ID="4" Relative="3"><ofd:StrokeColor Value="0 0 200"/></ofd:DrawParam></ofd:DrawParams></ofd:Res>'
)


def test_colours_come_from_drawing_parameters_and_circles_end():
    page = content({}, path("M 0 5 L 50 5", 'DrawParam="3"'))
    members = parts(page=page, document=document_part(common="<ofd:PublicRes>Res.xml</ofd:PublicRes>"))
    image = page_picture(ofd_file(members | {"Doc_0/Res.xml": PARAMETERS}), 1, SCALE)
    assert image.getpixel((round(30 * 72 / 25.4 * SCALE), round(15 * 72 / 25.4 * SCALE))) == (0, 0, 200)


@pytest.mark.parametrize(
    ("data", "ends"),
    [
        ("M 0 0 L 1 1", [(1.0, 1.0)]),
        ("M 0 0 B 0 1 1 1 1 0", [(1.0, 0.0)]),
        ("M 0 0 Q 1 1 2 0", [(2.0, 0.0)]),
        ("M 0 0 A 1 1 0 0 1 2 0", [(2.0, 0.0)]),
        ("M 0 0 A 0 0 0 0 1 2 0", [(2.0, 0.0)]),
        ("M 0 0 L 1 1 M 5 5 L 6 6", [(1.0, 1.0), (6.0, 6.0)]),
        ("M 0 0 L 1 1 X 3 3", [(1.0, 1.0)]),
        ("M 0 0 L 1", [(0.0, 0.0)]),
        ("L 1 1", []),
        ("", []),
        ("C", []),
    ],
)
def test_outlines(data, ends):
    assert [chain[-1] for chain in chains(data)] == [pytest.approx(end) for end in ends]


def test_an_arc_bulges_to_its_side():
    (chain,) = chains("M 0 0 A 1 1 0 0 1 2 0")
    assert min(y for _, y in chain) == pytest.approx(-1, abs=0.05)


HOSTILE = {
    "very many objects": content({}, "".join(path(f"M 0 {number * 7919 % 9973} L 9 9") for number in range(25_000))),
    "huge type": content({}, text_object(92, "大", 0, 0).replace('Size="3.175"', 'Size="999999"')),
    "huge line": content({}, path("M 0 0 L 1e9 1e9", 'CTM="1e9 0 0 1e9 0 0"')),
    "huge run": content({}, text_object(93, "9" * 100_000, 0, 0)),
    "numbers that are none": content({}, path("M x y L nan inf", boundary="a b")),
    "picture on all": content(
        {}, '<ofd:ImageObject ID="9" CTM="1e6 0 0 1e6 0 0" Boundary="0 0 1e6 1e6" ResourceID="9"/>'
    ),
}
RESOURCES = f'<ofd:Res {OFD_NS}><ofd:MultiMedias><ofd:MultiMedia ID="9"><ofd:MediaFile>p.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>'


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_end_in_a_picture(name):
    buffer = io.BytesIO()
    Image.new("RGB", (50, 50), "red").save(buffer, "PNG")
    members = parts(page=HOSTILE[name], document=document_part(common="<ofd:DocumentRes>Res.xml</ofd:DocumentRes>"))
    image = page_picture(ofd_file(members | {"Doc_0/Res.xml": RESOURCES, "Doc_0/p.png": buffer.getvalue()}), 1, SCALE)
    assert image.size == (1191, 794)


def test_a_page_as_large_as_a_house_is_refused():
    page = content().replace("0 0 210 140", "0 0 4900 4900")
    with pytest.raises(TooLarge):
        render(ofd_file(parts(page=page)), 1, 300)


def test_a_rare_character_is_known_to_be_rare():
    assert has("票")
    assert not has("\U00030000")


def test_a_seal_whose_picture_is_broken_is_left_out():
    stamped = signed_members(Style())
    signature = "Doc_0/Signs/Sign_0/Signature.xml"
    stamp = b'<ofd:StampAnnot ID="1" PageRef="1" Boundary="90 8 30 20"/></ofd:SignedInfo>'
    stamped[signature] = stamped[signature].replace(b"</ofd:SignedInfo>", stamp)
    image = render(type(ofd_file())("a.ofd", packed(stamped)), 1, 144)
    assert image.size == (1191, 794)


def test_text_is_dark_where_it_stands():
    image = drawn(content({11: TEXTS[11]}))
    assert ink(image, points(170, 12, 200, 16)) > 0.05
    assert ink(image, points(20, 100, 200, 130)) == 0.0
