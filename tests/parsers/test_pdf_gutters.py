"""Where a name ends and a specification begins, in files without rules that draw a cell's text in pieces."""

import pytest

from .paper import digital, header, item, reading, totals, width

CENTRED = (
    (44.5, "项目名称"), (134, "规格型号"), (196, "单 位"), (250, "数 量"), (322, "单 价"), (394, "金 额"), (448, "税率/征收率"),
    (536, "税 额"),
)  # fmt: skip
OFF_CENTRE = ((44.5, "项目名称"), (119, "规格型号"), (190, "单 位"), *CENTRED[3:])
UNEVEN = (*CENTRED[:2], (211, "单 位"), *CENTRED[3:])
CLASS = "*信息技术服务*"


def in_pieces(sheet, x: float, y: float, *pieces: str, size: float = 9.0) -> float:
    """Each piece an object of its own, a blank only a gap; answers where they end."""
    for piece in pieces:
        if piece.strip():
            sheet.put(x, y, piece, size)
        x += width(piece, size)
    return x


def sheet_of(labels=CENTRED):
    return item(header(digital(), labels), 162, name="", unit="", price="943.40")


def texts(found):
    line = found.invoice.lines[0]
    return (line.item_name, line.specification, {conflict.field for conflict in found.conflicts})


def cut_off(labels):
    sheet = sheet_of(labels)
    in_pieces(sheet, 14, 162, "*", "信息技术服务", "*", "系统维", "x")
    in_pieces(sheet, 14, 172, "护", "2026")
    return texts(reading(totals(sheet.put(112, 162, "无"))))


def test_a_name_cut_off_at_its_columns_side_goes_on_below():
    assert cut_off(CENTRED) == (f"{CLASS}系统维x护2026", "无", set())


@pytest.mark.parametrize("labels", [OFF_CENTRE, UNEVEN])
def test_headers_that_stand_in_no_middle_tell_no_side(labels):
    assert "lines.0.item_name" in cut_off(labels)[2]


def test_a_name_that_does_not_go_on_may_hold_what_is_beside_it():
    sheet = sheet_of()
    in_pieces(sheet, 14, 162, "*", "信息技术服务", "*", "系统维", "x")
    assert "lines.0.item_name" in texts(reading(totals(sheet.put(112, 162, "无"))))[2]


@pytest.mark.parametrize(("size", "doubted"), [(6.0, False), (9.0, True)])
def test_a_smaller_name_ends_where_larger_type_begins(size, doubted):
    sheet = sheet_of(OFF_CENTRE)
    in_pieces(sheet, 108 - width(f"{CLASS}系统维护", size), 162, "*", "信息技术服务", "*", "系统维护", size=size)
    found = texts(reading(totals(sheet.put(111, 162 - 0.85 * (9 - size), "标准"))))
    assert bool(found[2]) is doubted
    assert doubted or found[:2] == (f"{CLASS}系统维护", "标准")


def test_type_that_is_only_drawn_higher_is_of_the_same_size():
    """Brackets and descenders make a box higher; figures and ideographs are as wide as before."""
    sheet = sheet_of()
    in_pieces(sheet, 14, 162, "*", "信息技术服务", "*", "系统维", "x")
    in_pieces(sheet, 14, 172, "护", "2026")
    in_pieces(sheet, 112, 162, "示", "(2020)", "样", "99")
    assert texts(reading(totals(sheet))) == (f"{CLASS}系统维x护2026", "示(2020)样99", set())


def test_a_higher_box_beside_a_name_is_no_other_size():
    sheet = sheet_of(OFF_CENTRE)
    in_pieces(sheet, 14, 162, "*", "信息技术服务", "*", "系统维", "x1")
    assert "lines.0.item_name" in texts(reading(totals(sheet.put(117, 162, "(20)"))))[2]


@pytest.mark.parametrize(("second", "doubted"), [("系统维x", True), ("系统维P", False)])
def test_specifications_that_begin_at_one_place_are_a_column(second, doubted):
    """Names of one length and a blank each would line up as well; of other lengths only a column does."""
    sheet = header(digital(), OFF_CENTRE)
    for y, name in ((162, "系统维x"), (182, second)):
        item(sheet, y, name="", unit="", quantity="", price="")
        in_pieces(sheet, 14, y, "*", "信息技术服务", "*", name[:-1], name[-1])
        sheet.put(112, y, "无")
    found = reading(totals(sheet, "1886.80", "113.20", "2000.00", "贰仟圆整"))
    doubts = {conflict.field for conflict in found.conflicts}
    assert ("lines.0.item_name" in doubts) is doubted
    assert doubted or [line.specification for line in found.invoice.lines] == ["无", "无"]


@pytest.mark.parametrize(("labels", "doubted"), [(CENTRED, False), (UNEVEN, True)])
def test_a_blank_within_the_column_parts_nothing(labels, doubted):
    sheet = sheet_of(labels)
    in_pieces(sheet, 14, 162, "*", "纸制品", "*", "A4", "复印纸", " ", "70g")
    in_pieces(sheet, 14, 172, "500", "张")
    name, _, doubts = texts(reading(totals(sheet)))
    assert ("lines.0.item_name" in doubts) is doubted
    assert name == "*纸制品*A4复印纸 70g500张"


def test_what_touches_the_next_column_is_cut_at_its_side():
    sheet = sheet_of()
    in_pieces(sheet, 14, 162, "*", "信息技术服务", "*", "系统", "abc")
    in_pieces(sheet, 14, 172, "维护")
    sheet.put(112, 162, "无")
    assert texts(reading(totals(sheet))) == (f"{CLASS}系统abc维护", "无", set())


def test_a_quantity_that_touches_its_price_is_no_unit():
    sheet = item(header(digital(), CENTRED), 162, name="", quantity="", price="", amount="2069.42", tax="124.17")
    in_pieces(sheet, 14, 162, "*", "信息技术服务", "*")
    for x, figure in ((300 - width("1133.928723", 9), "1133.928723"), (302.0, "1.8250023733578")):
        for char in figure:
            sheet.put(x, 162, char)
            x += width(char, 9)
    (line,) = reading(totals(sheet, "2069.42", "124.17", "2193.59", "贰仟壹佰玖拾叁圆伍角玖分")).invoice.lines
    assert (line.unit, str(line.quantity), str(line.unit_price)) == ("项", "1133.928723", "1.8250023733578")


def test_type_that_runs_below_the_next_header_beside_larger_type_takes_no_part_of_it():
    sheet = sheet_of(OFF_CENTRE)
    in_pieces(sheet, 14, 162, "*", "信息技术服务", "*")
    in_pieces(sheet, 124, 160, "V3.0", "企业版永久授权", "50", "用户及其维护", size=4.5)
    sheet.put(200, 162, "项")
    assert texts(reading(totals(sheet))) == (CLASS, "V3.0企业版永久授权50用户及其维护", set())
