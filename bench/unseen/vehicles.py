"""Invoices of vehicles, new and used: rows of cells, each a label and its value."""

import random
from dataclasses import replace
from decimal import Decimal

from bench.unseen.bill_facts import bill, total_of, words_of
from bench.unseen.draft import Draft, Manner
from bench.unseen.people import company, number
from bench.unseen.values import IDS, PEOPLE
from reimburse.domain.invoice import Invoice, InvoiceKind, Party
from reimburse.domain.money import CENT, ZERO, money_text

RATE = Decimal("0.13")


def new_vehicle(rng: random.Random, how: Manner) -> tuple[Invoice, Draft]:
    """A new vehicle's invoice."""
    told = replace(bill(rng, InvoiceKind.MOTOR_VEHICLE), number=number(rng), code=None)
    total = (told.total_incl_tax or ZERO) + 30_000
    net = (total / (1 + RATE)).quantize(CENT)
    told = replace(
        told,
        total_incl_tax=total,
        amount_excl_tax=net,
        tax_amount=total - net,
        buyer=Party(company(rng), IDS[0]),
        seller=Party(company(rng), IDS[1]),
        drawer=rng.choice(PEOPLE),
    )
    told = replace(told, total_in_words=words_of(rng, told))
    draft = _titled(rng, how, told, "电子发票（机动车销售统一发票）")
    colon = rng.choice(("", "", "："))
    sign = rng.choice(("小写 ", "（小写）", "小写："))
    rows = (
        ((30, "购买方名称", told.buyer.name), (300, "统一社会信用代码/纳税人识别号/身份证明号码", told.buyer.tax_id)),
        ((30, "车辆类型", "轿车"), (220, "厂牌型号", "样牌XY7001BEV"), (420, "产地", "示州")),
        ((30, "合格证号", "WAB099000123456"), (220, "进口证明书号", ""), (420, "商检单号", "")),
        ((30, "发动机号码", "99A12345"), (300, "车辆识别代号/车架号码", "LSVAA49J132000001")),
        ((30, "价税合计", "⊗" + (told.total_in_words or "")), (400, sign.strip(), f"¥{total_of(told)}")),
        ((30, rng.choice(("销货单位名称", "销售方名称")), told.seller.name), (400, "电话", "0999-60000001")),
        (
            (30, rng.choice(("纳税人识别号", "统一社会信用代码/纳税人识别号")), told.seller.tax_id),
            (400, "账号", "990000000101"),
        ),
        ((30, "地址", "示州市样北路9号"), (300, "开户银行", "示例银行样东支行")),
        (
            (30, "增值税税率或征收率", "13%"),
            (170, "增值税税额", f"¥{money_text(total - net)}"),
            (330, "主管税务机关及代码", "示州税务局 19900"),
        ),
        ((30, "不含税价", f"¥{money_text(net)}"), (220, "完税凭证号码", ""), (400, "吨位", ""), (470, "限乘人数", "5")),
        ((30, "开票人", told.drawer), (300, "备注", "")),
    )
    _cells(draft, rows, colon, rng.choice((3, 8)))
    return told, draft


def used_vehicle(rng: random.Random, how: Manner) -> tuple[Invoice, Draft]:
    """A used vehicle's invoice."""
    told = replace(bill(rng, InvoiceKind.MOTOR_VEHICLE), number=number(rng), code=None)
    told = replace(
        told, buyer=Party(company(rng), IDS[0]), seller=Party(company(rng), IDS[1]), drawer=rng.choice(PEOPLE)
    )
    told = replace(told, total_in_words=words_of(rng, told))
    draft = _titled(rng, how, told, "电子发票（二手车销售统一发票）")
    rows = (
        ((30, "买方单位/个人", told.buyer.name), (330, "单位代码/身份证号码", told.buyer.tax_id)),
        ((30, "买方单位/个人住址", "示州市样北路9号"), (400, "电话", "0999-60000001")),
        ((30, "卖方单位/个人", told.seller.name), (330, "单位代码/身份证号码", told.seller.tax_id)),
        ((30, "卖方单位/个人住址", "样城市样南路7号"), (400, "电话", "0999-60000002")),
        ((30, "车牌照号", "示A00001"), (220, "登记证号", "990000123456"), (400, "车辆类型", "轿车")),
        (
            (30, "车架号/车辆识别代码", "LSVAA49J132000001"),
            (260, "厂牌型号", "样牌XY7001"),
            (420, "转入地车辆管理所名称", "示州"),
        ),
        ((30, "车价合计（大写）", "⊗" + (told.total_in_words or "")), (400, "小写", f"¥{total_of(told)}")),
        ((30, "二手车市场", "示州旧机动车交易市场有限公司"), (400, "纳税人识别号", IDS[2])),
        ((30, "开票人", told.drawer), (300, "备注", "")),
    )
    _cells(draft, rows, rng.choice(("", "：")), rng.choice((3, 8)))
    return told, draft


def _titled(rng: random.Random, how: Manner, told: Invoice, title: str) -> Draft:
    draft = Draft((595, 397), how, rng)
    draft.middle(297, 22, title, 18, label=True)
    draft.pair(430, 44, "发票号码：", told.number, 1, 8)
    draft.pair(430, 58, "开票日期：", f"{told.issue_date:%Y年%m月%d日}", 1, 8)
    if rng.random() < 0.4:
        draft.code(25, 15, 52, f"01,32,,{told.number},{total_of(told)},{told.issue_date:%Y%m%d},,3A9A")
    return draft


def _cells(draft: Draft, rows: tuple[tuple[tuple[float, str, str | None], ...], ...], colon: str, gap: float) -> None:
    """Rows of cells, each a label and its value; a value is set as small as its cell asks."""
    for index, row in enumerate(rows):
        y = 82 + 24 * index
        for place, (x, label, value) in enumerate(row):
            end = row[place + 1][0] if place + 1 < len(row) else draft.size[0] - 12
            start = draft.label(x, y, label + (colon if not label.endswith(("）", "：")) else ""), 8) + gap
            size = 8.0
            while draft.width(value or "", size) > end - start - 4 and size > 3:
                size -= 0.25
            draft.put(start, y, value, size)
