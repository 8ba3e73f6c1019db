"""Where the characters of an OFD's text objects stand: simple lines measured as a whole, others one by one."""

import pytest
from lxml import etree

from parsers.ofd.geometry import deltas, floats, number
from parsers.ofd.page import Run
from parsers.ofd.placing import extent_around

AREA = (0.0, 0.0, 210.0, 140.0)


def run(*codes: str, boundary: str = "10 20 100 5", size: str = "4", ctm: str = "") -> Run:
    turned = f' CTM="{ctm}"' if ctm else ""
    text = f'<TextObject ID="1" Boundary="{boundary}" Size="{size}"{turned}>{"".join(codes)}</TextObject>'
    return Run(etree.fromstring(text), 1, AREA)


def code(text: str, x: str = "0", y: str = "3", **deltas: str) -> str:
    moved = "".join(f' {name}="{value}"' for name, value in deltas.items())
    return f'<TextCode X="{x}" Y="{y}"{moved}>{text}</TextCode>'


SIMPLE = [
    run(code("名称：", DeltaX="g 2 4")),
    run(code("发票号码：26992000", DeltaX="g 5 4 g 7 2")),
    run(code("12.50")),
    run(code("单")),
    run(code("单  价", DeltaX="4 2 2")),
]
OTHERS = [
    run(code("购买方", DeltaY="6 6")),
    run(code("名称", DeltaX="15.5")),
    run(code("12", DeltaX="-2")),
    run(code(" 12 ", DeltaX="g 3 2")),
    run(code("一行", DeltaX="4"), code("两行", y="9", DeltaX="4")),
    run(code("斜", DeltaX="4"), ctm="0.7 0.7 -0.7 0.7 0 0"),
]


@pytest.mark.parametrize("line", SIMPLE, ids=lambda line: line.text)
def test_a_simple_line_stands_where_its_characters_stand(line):
    by_characters = extent_around(line.places, line.text)
    assert line.extent.is_even
    assert line.box == pytest.approx(by_characters.box)
    assert line.baseline == pytest.approx(by_characters.baseline)


@pytest.mark.parametrize("other", OTHERS, ids=lambda other: other.text.strip())
def test_anything_else_is_looked_at_character_by_character(other):
    assert not other.extent.is_even
    assert other.box == pytest.approx(extent_around(other.places, other.text).box)


def test_places_are_in_points_from_the_top_left():
    places = run(code("价12", DeltaX="4 2")).places
    assert [round(x, 1) for x in places.x0] == [28.3, 39.7, 45.4]
    assert [round(x, 1) for x in places.x1] == [39.7, 45.4, 51.0]
    assert {round(y, 1) for y in places.baseline} == {65.2}


@pytest.mark.parametrize("text", ["1e999", "-1e999", "1e12", "9" * 40, "nan", "inf", "0x1", "１２", "1.7.3", ""])
def test_what_is_no_place_on_a_page_is_no_number(text):
    assert number(text, 2.5) == 2.5
    assert all(abs(value) < 1e9 for value in floats(f"1 {text} 3"))
    assert all(abs(value) < 1e9 for value in deltas(f"g {text} {text} 5", 4))


def test_a_repeated_distance_reaches_no_further_than_the_text():
    assert deltas("g 99999999 2 7", 3) == (2.0, 2.0, 2.0)
