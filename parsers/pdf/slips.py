"""Bills without a table of items that a reader could trust: rolls, vehicles, taxis, fixed amounts; labels and values.

A roll's amounts include the tax, so its items are not listed as lines, whose amounts do not.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from parsers import normalise
from parsers.pdf import labels
from parsers.pdf.face import value_of
from parsers.pdf.glyphs import Run
from parsers.pdf.layout import Page, around, in_lines, joined
from parsers.pdf.spots import Spot
from parsers.pdf.totals import amounts_in, say_words
from parsers.testimony import Testimony
from parsers.witness import Witness
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.reading import Source

Form = dict[str, re.Pattern[str]]
HEADER: Form = {"code": labels.CODE, "number": labels.NUMBER}
ROLL: Form = HEADER | {
    "issue_date": labels.DATE,
    "check_code": labels.CHECK_CODE,
    "machine_number": labels.MACHINE,
    "seller.name": re.compile("销售方名称:?"),
    "buyer.name": re.compile("购买方名称:?"),
    "payee": re.compile("收款[员人]:?"),
    "total_in_words": re.compile(r"合计(?:金额)?\(大写\):?"),
    "total_incl_tax": re.compile(r"(?:合计)?(?:金额)?\(小写\):?"),
}
VEHICLE: Form = HEADER | {
    "issue_date": labels.DATE,
    "buyer.name": re.compile(r"购买方名称:?|买方单位/?个人:?(?!住址)"),
    "seller.name": re.compile(r"(?:销货单位|销售方)名称:?|卖方单位/?个人:?(?!住址)"),
    "total_in_words": re.compile(r"[价车][税价]合计(?:\(大写\))?:?"),
    "total_incl_tax": re.compile(r"\(?小写\)?:?"),
    "tax_amount": re.compile("增值税税额:?"),
    "amount_excl_tax": re.compile("不含税价:?"),
    "drawer": re.compile("开票人:?"),
}
TAXI: Form = HEADER | {"issue_date": re.compile("日期:?"), "total_incl_tax": re.compile("(?:金额|实收|合计):?")}
FIXED: Form = HEADER
FORMS: Mapping[InvoiceKind, Form] = {
    InvoiceKind.GENERAL_ROLL: ROLL,
    InvoiceKind.MOTOR_VEHICLE: VEHICLE,
    InvoiceKind.TAXI: TAXI,
    InvoiceKind.FIXED_AMOUNT: FIXED,
}
TAX_ID = re.compile(
    r"(?:统一社会信用代码/?)?纳税人识别号(?:/?身份证明?号码)?:?|单位代码/?身份证明?号码:?|身份证明?号码/?组织机构代码:?"
)
OTHERS = re.compile(
    "车辆类型|厂牌型号|产地|合格证号|进口证明书号|商检单号|发动机号码|车辆识别代|车架号|电话|账号|地址|住址|开户银行|"
    "增值税税率|主管税务机关|完税凭证号码|吨位|限乘人数|备注|车牌照号|登记证号|转入地|二手车市场|销货单位盖章|机打号码|"
    "项目|单价|数量|车号|证号|上车|下车|里程|等候|校验码"
)
"""Labels of these forms whose values are not kept: where they begin, another value ends."""
FIGURES, NAMES = ("total_incl_tax", "tax_amount", "amount_excl_tax"), ("seller.name", "buyer.name")
CITIZEN = re.compile(r"\d{6}(?:19|20)\d{9}[\dX]")
"""A person's identity number: it is not kept."""
WORDS = re.compile("[壹贰叁肆伍陆柒捌玖拾佰仟]+[圆元]整?")
MOST_WRAPPED, ID_REACH = 2.2, 4.5


def slip_of(kind: InvoiceKind) -> Callable[[Page], tuple[Testimony, ...]]:
    """The reader of a kind of slip."""
    return lambda page: read_slip(kind, page)


def read_slip(kind: InvoiceKind, page: Page) -> tuple[Testimony, ...]:
    """What the face of a slip says: every value by its label, parties with their tax ids."""
    witness, form = Witness(Source.TEXT, page.number), FORMS[kind]
    witness.say("kind", kind.value)
    stops = _stops(page, form)
    spots = {field: spot for field, label in form.items() if (spot := page.first(label))}
    for field, spot in spots.items():
        _say(witness, page, field, spot, stops)
    for field, other in (NAMES, NAMES[::-1]):
        if field in spots:
            _say_tax_id(witness, page, field, spots, spots.get(other), stops)
    if kind is InvoiceKind.FIXED_AMOUNT and (words := page.first(WORDS)):
        say_words(witness, page.within(words.x0 - 1, words.y0, words.x1 + 1, words.y1))
    return (witness.testimony(),)


def _stops(page: Page, form: Form) -> Sequence[Spot]:
    return [spot for label in (*form.values(), TAX_ID, OTHERS) for spot in page.find(label)]


def _say(witness: Witness, page: Page, field: str, spot: Spot, stops: Sequence[Spot]) -> None:
    runs = page.right_of(spot, _limit(page, spot, stops), rise=0.9)
    if field in FIGURES:
        found = amounts_in(runs)
        if len({value for value, _ in found}) == 1:
            witness.say(field, found[0][0], box=around(found[0][1]))
    elif field == "total_in_words":
        say_words(witness, runs + _wrapped(page, spot, stops))
    elif field in NAMES:
        lines = [runs, *in_lines(_wrapped(page, spot, stops))]
        _say_text(witness, field, lines)
    elif field in {"payee", "drawer"}:
        _say_text(witness, field, [runs])
    else:
        value = value_of(field, runs) or value_of(field, runs + _wrapped(page, spot, stops))
        witness.say(field, value[0] if value else None, box=around(value[1]) if value else None)


def _say_text(witness: Witness, field: str, lines: Sequence[Sequence[Run]]) -> None:
    text = "".join(joined(line) for line in lines if line)
    witness.say(field, normalise.printed(text), box=around(run for line in lines for run in line))


def _limit(page: Page, spot: Spot, stops: Sequence[Spot]) -> float:
    """Where the next label on the line begins, or the page's right side."""
    level = (other.x0 for other in stops if other.x0 >= spot.x1 and _is_level(other, spot))
    return min(level, default=page.width)


def _wrapped(page: Page, spot: Spot, stops: Sequence[Spot]) -> list[Run]:
    """What goes on below a value: it begins where the value does, before the next label down."""
    below = [other.y0 for other in stops if other.middle > spot.y1]
    floor = min([*below, spot.y1 + MOST_WRAPPED * spot.height]) - 0.2 * spot.height
    limit = _limit(page, spot, stops)
    return [run for run in page.within(spot.x1 - 2, spot.y1, limit, max(floor, spot.y1)) if run.middle > spot.y1]


def _say_tax_id(
    witness: Witness, page: Page, field: str, spots: Mapping[str, Spot], other: Spot | None, stops: Sequence[Spot]
) -> None:
    """The first number behind the party's name, on its line or below, and before the other party's name."""
    name = spots[field]
    end = other.middle if other and other.middle > name.middle else page.height
    near = [
        spot
        for spot in page.find(TAX_ID)
        if (_is_level(spot, name) and spot.x0 > name.x0) or 0 < spot.middle - name.middle < ID_REACH * name.height
    ]
    for spot in [spot for spot in near if spot.middle < end][:1]:
        runs = page.right_of(spot, _limit(page, spot, stops), rise=0.9) + _wrapped(page, spot, stops)
        value = normalise.tax_id("".join(run.text for run in runs))
        if value and not CITIZEN.fullmatch(value):
            witness.say(field.replace("name", "tax_id"), value, box=around(runs))


def _is_level(one: Spot, other: Spot) -> bool:
    return abs(one.middle - other.middle) < 0.6 * max(one.height, other.height)
