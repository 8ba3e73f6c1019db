"""The columns of the item table of each special business, and the block that some print below the items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.unseen.forms import Column


def columns(*stated: tuple[str, str, float], end: float) -> tuple[Column, ...]:
    """Columns from header, field and left side; each ends where the next begins."""
    sides = [*(left for _, _, left in stated[1:]), end]
    return tuple(Column(label, name, left, right) for (label, name, left), right in zip(stated, sides, strict=True))


USUAL = columns(
    ("项目名称", "item_name", 13),
    ("规格型号", "specification", 118),
    ("单 位", "unit", 186),
    ("数 量", "quantity", 224),
    ("单 价", "unit_price", 293),
    ("金 额", "amount_excl_tax", 364),
    ("税率/征收率", "tax_rate", 437),
    ("税 额", "tax_amount", 505),
    end=584,
)
CONSTRUCTION = columns(
    ("项目名称", "item_name", 13),
    ("建筑服务发生地", "place", 118),
    ("建筑项目名称", "project", 246),
    ("金 额", "amount_excl_tax", 380),
    ("税率/征收率", "tax_rate", 437),
    ("税 额", "tax_amount", 505),
    end=584,
)
ESTATE = columns(
    ("项目名称", "item_name", 13),
    ("产权证书/不动产权证号码", "title_no", 100),
    ("面积单位", "unit", 218),
    ("数 量", "quantity", 262),
    ("单 价", "unit_price", 308),
    ("金 额", "amount_excl_tax", 374),
    ("税率/征收率", "tax_rate", 437),
    ("税 额", "tax_amount", 505),
    end=584,
)
PASSENGER = columns(
    ("项目名称", "item_name", 13),
    ("单 价", "unit_price", 160),
    ("数 量", "quantity", 270),
    ("金 额", "amount_excl_tax", 340),
    ("税率/征收率", "tax_rate", 437),
    ("税 额", "tax_amount", 505),
    end=584,
)
OLD = columns(
    ("货物或应税劳务、服务名称", "item_name", 25),
    ("规格型号", "specification", 175),
    ("单位", "unit", 219),
    ("数 量", "quantity", 254),
    ("单 价", "unit_price", 320),
    ("金 额", "amount_excl_tax", 391),
    ("税率", "tax_rate", 480),
    ("税 额", "tax_amount", 503),
    end=592,
)


@dataclass(frozen=True, slots=True)
class Business:
    """A special business: its word beside the title, its columns, and the block it prints below the items."""

    word: str
    columns: Sequence[Column] = USUAL
    block: Sequence[Sequence[str]] = ()
    cells: Sequence[Mapping[str, str]] = field(default=())
    """What stands in the columns that are no field of a line, line by line; the last for all that follow."""


CONTROLLED = Business("", OLD)
"""What tax-controlled invoices show."""

BUSINESSES = (
    Business(""),
    Business(""),
    Business(""),
    Business("成品油"),
    Business("机动车"),
    Business("自产农产品销售"),
    Business("光伏收购"),
    Business("建筑服务", CONSTRUCTION),
    Business("不动产经营租赁服务", ESTATE),
    Business("不动产销售", ESTATE),
    Business(
        "旅客运输服务",
        PASSENGER,
        (
            ("出行人", "有效身份证件号", "出行日期", "出发地", "到达地", "等级", "交通工具类型"),
            ("演旅客", "9900**********001X", "2025-12-20", "示州北站", "样城东站", "--", "出租汽车"),
        ),
    ),
    Business(
        "货物运输服务",
        USUAL,
        (
            ("运输工具种类", "运输工具牌号", "起运地", "到达地", "运输货物名称"),
            ("公路运输", "示A00001", "示州市样北路9号", "样城东站", "样品 120 箱"),
        ),
    ),
)
