"""Every voucher layout: the file read back says what was booked, and what does not fit is told before it is written."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from reimburse.domain.ledger import LedgerEntry
from reimburse.export.layout import Layout, load_layouts
from reimburse.export.layout_rows import DoesNotFit
from reimburse.export.render import render
from reimburse.export.voucher_rows import voucher_group
from tests.booked import CONFIG, HEAD, MADE, booked, chart, read_dbf

LAYOUTS = load_layouts(CONFIG / "vouchers")
SUM = Decimal("1537.50")
Sums = tuple[Decimal, Decimal]


def written(layout: Layout, entries: list[LedgerEntry] | None = None, **changes: Any) -> bytes:
    target, every = io.BytesIO(), booked() if entries is None else entries
    codes = chart(**changes)
    render(layout, lambda: (voucher_group(layout, codes, HEAD, entry) for entry in every), target, MADE)
    return target.getvalue()


def rows(data: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(sheet).to_python()


def added(values: list[Any]) -> Decimal:
    return sum((Decimal(str(value)) for value in values if value not in {"", None}), Decimal(0))


def of_columns(debit: str, credit: str) -> Callable[[bytes], Sums]:
    def sums(data: bytes) -> Sums:
        table = rows(data)
        places = table[0].index(debit), table[0].index(credit)
        first, second = (added([row[place] for row in table[1:]]) for place in places)
        return first, second

    return sums


def of_cloud(data: bytes) -> Sums:
    table = rows(data)
    debit, credit = table[0].index("FDEBIT"), table[0].index("FCREDIT")
    return added([row[debit] for row in table[2:]]), added([row[credit] for row in table[2:]])


def of_text(data: bytes) -> Sums:
    lines = [line.split(",") for line in data.decode("gbk").split("\r\n")[1:-1]]
    assert {len(line) for line in lines} == {48}
    return added([line[6] for line in lines]), added([line[7] for line in lines])


def of_xml(data: bytes) -> Sums:
    root = etree.fromstring(data)
    names = "natural_debit_currency", "natural_credit_currency"
    debit, credit = (added([element.text for element in root.iter(name)]) for name in names)
    return debit, credit


def of_json(data: bytes) -> Sums:
    bodies = [json.loads(line, parse_float=Decimal) for line in data.decode().splitlines()]
    every = [entry for body in bodies for entry in body["dto"]["Entrys"]]
    return added([entry.get("AmountDr") for entry in every]), added([entry.get("AmountCr") for entry in every])


def of_dbf(data: bytes) -> Sums:
    table = list(read_dbf(data))
    return added([row["FDEBIT"] for row in table]), added([row["FCREDIT"] for row in table])


READ_BACK: dict[str, Callable[[bytes], Sums]] = {
    "u8_text": of_text,
    "u8_xml": of_xml,
    "nc_xlsx": of_columns("* 本币借方金额", "* 本币贷方金额"),
    "tplus_json": of_json,
    "k3_xlsx": of_columns("借方", "贷方"),
    "kis_dbf": of_dbf,
    "k3cloud_xlsx": of_cloud,
    "small_business": of_columns("借方金额", "贷方金额"),
}


def test_every_layout_is_read_back() -> None:
    assert set(READ_BACK) == set(LAYOUTS)


@pytest.mark.parametrize("name", sorted(LAYOUTS))
@pytest.mark.parametrize("per", ["claim", "batch"])
def test_the_file_adds_up_to_what_was_booked(name: str, per: str) -> None:
    assert READ_BACK[name](written(LAYOUTS[name], booked(one_voucher_per=per))) == (SUM, SUM)


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_the_same_entries_give_the_same_bytes(name: str) -> None:
    assert written(LAYOUTS[name]) == written(LAYOUTS[name])


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_a_layout_says_where_it_is_from_and_what_is_unverified(name: str) -> None:
    layout = LAYOUTS[name]
    assert " / " in layout.source
    assert layout.unverified


def test_u8_text_is_a_line_a_posting() -> None:
    head, first, *_ = written(LAYOUTS["u8_text"]).decode("gbk").split("\r\n")
    assert head == "填制凭证,V800"
    assert first.split(",")[:21] == [
        "2026-11-30", "记", "PC202611-0001-001", "2", "林一 差旅住宿费 上海住宿， 两晚", "660201", "1000.00", "0", "",
        "0", "0", "孙六", "", "", "2026-11-30", "研发部", "", "", "", "", "P-7",
    ]  # fmt: skip
    assert ",".join(first.split(",")[21:]) == ",,,,,,0,,0,,,,,,,,,0,0,0,0,0,,0,0,0,0"


def test_u8_xml_keeps_head_entries_and_auxiliaries() -> None:
    root = etree.fromstring(written(LAYOUTS["u8_xml"]))
    assert (root.tag, root.get("billtype"), root.get("proc")) == ("ufinterface", "gl", "add")
    vouchers = root.findall("voucher")
    assert [voucher.findtext("voucher_head/voucher_id") for voucher in vouchers] == ["1", "2"]
    credit = vouchers[0].findall("voucher_body/entry")[-1]
    assert credit.findtext("account_code") == "224101"
    assert {item.get("name"): item.text for item in credit.iter("item")} == {"personnel_id": "E001"}


def test_nc_holds_all_technical_names_in_one_cell() -> None:
    head, first, *_ = rows(written(LAYOUTS["nc_xlsx"]))
    assert head[0].startswith('"null_$head,main_m_pk_accountingbook,')
    assert head[0].endswith(',ass_9"')
    assert len(head) == 1 + head[0].count(",")
    assert first[head.index("辅助核算1")] == "研发部:0001"


def test_tplus_is_one_request_a_line() -> None:
    first, second = (json.loads(line) for line in written(LAYOUTS["tplus_json"]).splitlines())
    assert first["dto"]["DocType"] == {"Code": "记"}
    assert first["dto"]["Entrys"][0]["AuxInfos"] == [
        {"AuxAccDepartment": {"Code": "研发部"}, "AuxAccProject": {"Code": "P-7"}}
    ]
    assert "AuxInfos" not in first["dto"]["Entrys"][2]
    assert "AmountCr" not in second["dto"]["Entrys"][0]


def test_k3_has_rows_and_the_dictionary_of_fields() -> None:
    data = written(LAYOUTS["k3_xlsx"])
    table, schema = rows(data), rows(data, 1)
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == ["Page1", "t_Schema"]
    assert table[0][:4] == ["凭证日期", "会计年度", "会计期间", "凭证字"]
    item, entry_id = table[0].index("核算项目"), table[0].index("分录序号")
    assert [row[entry_id] for row in table[1:5]] == [0, 1, 2, 3]
    assert table[1][item] == "部门---研发部---研发部,项目---P-7---P-7,成本中心---CC-100---CC-100"
    assert table[4][item] == "职员---E001---林一"
    assert [row[1] for row in schema[4:]] == [field.name for field in LAYOUTS["k3_xlsx"].fields]
    assert len(schema[0]) == 20


def test_kis_is_a_table_of_fixed_widths() -> None:
    table = list(read_dbf(written(LAYOUTS["kis_dbf"])))
    assert (table[0]["FDATE"], table[0]["FENTRYID"], table[0]["FDC"]) == ("20261130", "0", "D")
    assert (table[0]["FEXCHRATE"], table[3]["FDC"], table[3]["FOBJID1"]) == ("1.0000000000", "C", "E001")
    assert table[4]["FEXP"] == "吴二 业务招待费 =客户晚餐"


def test_kis_writes_the_sides_that_its_version_takes() -> None:
    layout = msgspec.structs.replace(LAYOUTS["kis_dbf"], sides=("1", "0"))
    assert {row["FDC"] for row in read_dbf(written(layout))} == {"1", "0"}


def test_cloud_star_names_the_head_once() -> None:
    names, captions, *table = rows(written(LAYOUTS["k3cloud_xlsx"]))
    assert (names[0], captions[0]) == ("FBillHead(GL_VOUCHER)", "*单据头(序号)")
    assert [row[0] for row in table if row[0] != ""] == [1, 2]
    assert [row[names.index("FEntity")] for row in table][:5] == [1, 2, 3, 4, 1]


def test_the_ledgers_own_codes_take_the_place_of_names() -> None:
    data = written(LAYOUTS["u8_text"], codes={"department": {"研发部": "D01"}, "person": {"E001": "007"}})
    lines = [line.split(",") for line in data.decode("gbk").split("\r\n")]
    assert (lines[1][15], lines[4][16]) == ("D01", "007")


def changed(**fields: Any) -> list[LedgerEntry]:
    entry = booked()[0]
    first = entry.postings[0]
    account = replace(first.account, code=fields.pop("code", first.account.code))
    kept = replace(first.auxiliaries, department=fields.pop("department", "研发部"))
    return [replace(entry, postings=(replace(first, account=account, auxiliaries=kept, **fields), *entry.postings[1:]))]


def huge() -> list[LedgerEntry]:
    entry = booked()[0]
    debit, credit = entry.postings[0], entry.postings[-1]
    amount = Decimal("99999999999999.00")
    return [replace(entry, postings=(replace(debit, amount=amount), replace(credit, amount=amount)))]


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        (changed(code="6602.01.02.03.04.05.06.07.08.09"), "凭证 1 (BX-1) 第 1 行“科目编码”.*超过 15 个字符"),
        (changed(department="研发𠮷部"), "“部门编码”：研发𠮷部，“𠮷”不能用 GBK 编码"),
        (changed(department="一" * 13), "部门编码.*超过 12 个字符"),
        (changed(digest=""), "“摘要”：空，不能为空"),
        (huge(), "“金额借方”.*整数部分超过 13 位；另有 1 处"),
    ],
)
def test_what_does_not_fit_is_told_in_words(entries: list[LedgerEntry], told: str) -> None:
    with pytest.raises(DoesNotFit) as refused:
        written(LAYOUTS["u8_text"], entries)
    assert re.search(told.replace("(BX-1)", r"\(BX-1\)"), refused.value.text.zh)
    assert refused.value.text.en


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t="])
@pytest.mark.parametrize("name", ["u8_text", "kis_dbf"])
def test_text_that_could_run_is_neutralised(name: str, sign: str) -> None:
    data = written(LAYOUTS[name], changed(digest=f"{sign}1+1")).decode("gbk", "replace")
    assert f"'{sign.strip()}1+1" in data


def test_a_workbook_keeps_such_text_as_text() -> None:
    data = written(LAYOUTS["small_business"], changed(digest="=1+1"))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert 'quotePrefix="1"' in parts.read("xl/styles.xml").decode()


def test_a_digest_too_long_or_strange_is_cut_where_the_layout_says_so() -> None:
    first = written(LAYOUTS["u8_text"], changed(digest="𠮷" + "长" * 80)).decode("gbk").split("\r\n")[1].split(",")
    assert first[4] == "?" + "长" * 59
    (row, *_) = read_dbf(written(LAYOUTS["kis_dbf"], changed(digest="长" * 80)))
    assert row["FEXP"] == "长" * 30
