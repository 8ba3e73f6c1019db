"""The fictional company and those it buys from: names nobody bears, tax ids of a region that does not exist."""

from reimburse.domain.invoice import Party

USCC_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def fictional_tax_id(serial: int) -> str:
    """An 18-character tax id in region 990000 with the check character of GB 32100-2015.

    >>> fictional_tax_id(1), fictional_tax_id(2), fictional_tax_id(3)
    ('91990000MA0DEM0011', '91990000MA0DEM0024', '91990000MA0DEM0037')
    """
    body = f"91990000MA0DEM{serial:03d}"
    total = sum(USCC_CHARS.index(char) * weight for char, weight in zip(body, USCC_WEIGHTS, strict=True))
    return body + USCC_CHARS[-total % 31]


def _seller(serial: int, name: str, street: str) -> Party:
    return Party(
        name,
        fictional_tax_id(serial),
        f"示例市{street} 0990-5550{serial:03d}",
        f"示例银行{street[:2]}支行 99000000000000{serial:05d}",
    )


COMPANY = Party(
    "示例云帆科技有限公司",
    "91990000MA0DEM0011",
    "示例市滨江区样例路1号 0990-5550100",
    "示例银行滨江支行 9900000000000000011",
)
HOTEL = _seller(2, "样城湖畔酒店管理有限公司", "湖东区望湖路99号")
RIDES = _seller(3, "演示出行科技有限公司", "高新区车站路90号")
RESTAURANT = _seller(4, "样城竹里餐饮管理有限公司", "城南区竹里街9号")
STATIONER = _seller(5, "示例文具办公用品有限公司", "城北区书香路19号")
SOFTWARE_HOUSE = _seller(6, "示例码方软件有限公司", "高新区算法路29号")
CONSULTANT = _seller(7, "示例远见管理咨询有限公司", "滨江区明理路39号")
TRAINER = _seller(8, "示例知行教育培训有限公司", "文教区学府路49号")
ELECTRONICS_SHOP = _seller(9, "样城数码电子有限公司", "城北区电子路59号")
TELECOM = _seller(10, "示例通信服务有限公司", "城中区通信路69号")
EXPRESS = _seller(11, "样城快件物流有限公司", "城西区货运路79号")
INN = _seller(12, "样城松间客栈", "城东区松间路89号")
GIFT_SHOP = _seller(13, "示例礼遇商贸有限公司", "城中区百货路109号")
CONFERENCE_CENTRE = _seller(14, "样城会展服务有限公司", "滨江区会展路119号")
FILLING_STATION = _seller(15, "样城能源加油站有限公司", "城西区加油路129号")
OTHER_COMPANY = Party("示例云桥信息技术有限公司", fictional_tax_id(90))
