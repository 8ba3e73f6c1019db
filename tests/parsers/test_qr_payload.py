"""Each payload kind states exactly the fields its grammar gives, and nothing else."""

import pytest

from parsers import qr_payload
from reimburse.domain.reading import Source

NUMBER = "25990000000000004453"
STATED = {
    "old, amount without tax": (
        "01,10,099001700112,20000543,6.2,20180323,06000000000004870000,8935,",
        {
            "kind": "general_electronic",
            "code": "099001700112",
            "number": "20000543",
            "amount_excl_tax": "6.20",
            "issue_date": "2018-03-23",
            "check_code": "06000000000004870000",
        },
    ),
    "no decimals": (
        "01,10,099001700112,20000543,57,20180323,06000000000004870000,8935,",
        {
            "kind": "general_electronic",
            "code": "099001700112",
            "number": "20000543",
            "amount_excl_tax": "57.00",
            "issue_date": "2018-03-23",
            "check_code": "06000000000004870000",
        },
    ),
    "digital special, amount with tax": (
        f"01,31,,{NUMBER},600.00,20250926,,3A9A",
        {"kind": "special_digital", "number": NUMBER, "total_incl_tax": "600.00", "issue_date": "2025-09-26"},
    ),
    "date with dashes and empty CRC": (
        f"01,32,,{NUMBER},742.93,2025-12-29,,",
        {"kind": "general_digital", "number": NUMBER, "total_incl_tax": "742.93", "issue_date": "2025-12-29"},
    ),
    "red": (
        f"01,31,,{NUMBER},-1000.00,20260318,,F384",
        {"kind": "special_digital", "number": NUMBER, "total_incl_tax": "-1000.00", "issue_date": "2026-03-18"},
    ),
    "rail": (
        f"01,51,,{NUMBER},14.00,20251226,,99ee",
        {"kind": "rail_ticket", "number": NUMBER, "total_incl_tax": "14.00", "issue_date": "2025-12-26"},
    ),
    "air, nineteen digits": (
        "01,61,,9900000000000000007,620,20210728,,7890",
        {
            "kind": "air_itinerary",
            "number": "9900000000000000007",
            "total_incl_tax": "620.00",
            "issue_date": "2021-07-28",
        },
    ),
    "paper special, check code empty": (
        "01,01,0990017001,20000543,100.00,20180323,,8935",
        {
            "kind": "special_paper",
            "code": "0990017001",
            "number": "20000543",
            "amount_excl_tax": "100.00",
            "issue_date": "2018-03-23",
        },
    ),
    "electronic special": (
        "01,08,099001700112,20000543,100.00,20210323,,8935",
        {
            "kind": "special_electronic",
            "code": "099001700112",
            "number": "20000543",
            "amount_excl_tax": "100.00",
            "issue_date": "2021-03-23",
        },
    ),
    "roll: what its amount means is not known": (
        "01,11,099001700112,20000543,100.00,20210323,,8935",
        {"kind": "general_roll", "code": "099001700112", "number": "20000543", "issue_date": "2021-03-23"},
    ),
    "full-width commas and digits fold": (
        f"01,32,,{NUMBER},７42.93,20251229,,",
        {"kind": "general_digital", "number": NUMBER, "total_incl_tax": "742.93", "issue_date": "2025-12-29"},
    ),
    "impossible date is left out": (
        f"01,32,,{NUMBER},742.93,20251329,,",
        {"kind": "general_digital", "number": NUMBER, "total_incl_tax": "742.93"},
    ),
    "blockchain in fen": (
        "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash=0abc&bill_num=00000731&total_amount=12345",
        {"kind": "blockchain", "number": "00000731", "total_incl_tax": "123.45"},
    ),
    "fiscal": (
        "http://einvoice.jsczt.cn/page/99060120/0000000731/123456",
        {"kind": "fiscal", "code": "99060120", "number": "0000000731"},
    ),
    "local toll without prefix": (
        "099002500112,20000543,28.00,2025-10-24,示州演示有限公司",
        {
            "kind": "toll",
            "code": "099002500112",
            "number": "20000543",
            "total_incl_tax": "28.00",
            "issue_date": "2025-10-24",
            "buyer.name": "示州演示有限公司",
        },
    ),
}
NOT_AN_INVOICE = {
    "menu": "https://example.com/menu",
    "look-alike host": "https://bcfp.shenzhen.chinatax.gov.cn.example.com/verify/scan?bill_num=00000731&total_amount=1",
    "unknown type": f"01,99,,{NUMBER},1.00,20250926,,",
    "digital with a code": f"01,31,099001700112,{NUMBER},600.00,20250926,,3A9A",
    "digital number too short": "01,31,,2599000000000000445,600.00,20250926,,3A9A",
    "old without code": "01,10,,20000543,6.2,20180323,06000000000004870000,8935,",
    "too few fields": f"01,31,,{NUMBER},600.00",
    "letters in the number": "01,31,,2599000000000000445O,600.00,20250926,,3A9A",
    "broken address": "http://[bad",
    "blockchain bill number twice": "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?bill_num=00000731&bill_num=00000732",
    "empty": "",
    "long": "01,31,," + "9" * 5000,
}


@pytest.mark.parametrize(("text", "stated"), STATED.values(), ids=STATED.keys())
def test_a_payload_states(text: str, stated: dict[str, str]) -> None:
    said = qr_payload.testimony(text, 2, (1.0, 2.0, 3.0, 4.0))
    assert said is not None
    assert {name: seen.value for name, seen in said.fields.items()} == stated
    assert {(seen.source, seen.page, seen.box) for seen in said.fields.values()} == {
        (Source.QR, 2, (1.0, 2.0, 3.0, 4.0))
    }


@pytest.mark.parametrize("text", NOT_AN_INVOICE.values(), ids=NOT_AN_INVOICE.keys())
def test_anything_else_states_nothing(text: str) -> None:
    assert qr_payload.testimony(text, 1, None) is None
