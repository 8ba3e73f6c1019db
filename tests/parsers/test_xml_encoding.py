"""XML whose encoding is not what its declaration says, or not what the standard asks for."""

import pytest

from parsers import safe_xml
from parsers.errors import Damaged

NAME = "示例㈱演示商店有限公司"
DECLARED = '<?xml version="1.0" encoding="{}"?><a><b>{}</b></a>'


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("gb2312", "gbk"),  # ㈱ is in GBK only: the elder's name for the younger encoding.
        ("GBK", "utf-8"),
        ("gb2312", "utf-8-sig"),
        ("utf-8", "gbk"),
        ("utf-16", "utf-8"),
        ("utf-16", "utf-16"),
        ("UTF8", "utf-8"),
        ("GB18030", "gb18030"),
    ],
)
def test_text_is_read_by_what_it_is_encoded_in(declared, codec):
    assert safe_xml.only_text(safe_xml.parse(DECLARED.format(declared, NAME).encode(codec)), "b") == NAME


@pytest.mark.parametrize("lead", ["\n", "\ufeff\n", "  \r\n\r\n"])
def test_blank_lines_before_the_declaration_do_no_harm(lead):
    data = (lead + DECLARED.format("utf-8", NAME)).encode()
    assert safe_xml.root_name(data) == "a"
    assert safe_xml.only_text(safe_xml.parse(data), "b") == NAME


def test_no_declaration_at_all_in_chinese_encoding():
    assert safe_xml.only_text(safe_xml.parse(f"<a><b>{NAME}</b></a>".encode("gbk")), "b") == NAME


def test_a_broken_byte_in_utf8_is_damage_and_never_read_as_something_else():
    data = DECLARED.format("utf-8", NAME * 20).encode()
    with pytest.raises(Damaged):
        safe_xml.parse(data[:60] + b"\xff" + data[61:])
