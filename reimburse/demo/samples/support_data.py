"""The papers around the sound invoices: which one, for which invoice, with which words."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial

from reimburse.demo.samples.invoice_case import InvoiceCase
from reimburse.demo.samples.printed import issued, money
from reimburse.demo.samples.sample import Sample
from reimburse.demo.samples.support import letter, screen
from reimburse.domain.finding import Text
from reimburse.domain.invoice import Invoice


def support_samples(cases: Mapping[str, InvoiceCase]) -> Iterator[Sample]:
    """Every attachment, named for what it is; ``supports`` names the stem of its invoice."""
    invoices = {slug: case.invoice for slug, case in cases.items()}
    yield _paper(
        "hotel-folio.pdf", partial(folio, invoices["hotel"]), "lodging_folio", "hotel", "酒店账单", "hotel folio"
    )
    yield _paper("trip-itinerary.pdf", partial(itinerary, invoices["taxi"]), "itinerary", "taxi", "行程单", "itinerary")
    yield from _service_papers(invoices)
    yield from _event_papers(invoices)
    yield from _proofs(invoices)


def _paper(name: str, draw: Callable[[], bytes], kind: str, supports: str, zh: str, en: str) -> Sample:
    documents = {"lodging_folio": "hotel_folio", "itinerary": "trip_itinerary", "payment_proof": "payment_slip"}
    return Sample(
        name=name,
        draw=draw,
        description=Text(zh, en),
        attachment_kind=kind,
        supports=supports,
        expect="not_an_invoice",
        document=documents.get(kind),
    )


def folio(invoice: Invoice) -> bytes:
    """A hotel's account of the nights that the invoice bills."""
    leaves = issued(invoice)
    nights = int(invoice.lines[0].quantity or 1)
    total = invoice.total_incl_tax or 0
    rows = [("日期 Date", "说明 Description", "借方 Debit", "贷方 Credit")]
    for night in range(nights, 0, -1):
        day = leaves - timedelta(days=night)
        rows.append((day.isoformat(), "房费 Room Charge", f"{total / nights:.2f}", ""))
    rows.append((leaves.isoformat(), "信用卡 Credit Card **** 9901", "", money(invoice.total_incl_tax)))
    rows.append(("", "余额 Balance", "0.00", ""))
    heads = (
        "宾客姓名 Guest: 演旅客        房号 Room: 0901",
        f"到店日期 Arrival: {leaves - timedelta(days=nights)}        离店日期 Departure: {leaves}",
        f"账单号 Folio No.: F99-000123        公司 Company: {invoice.buyer.name}",
    )
    note = "本账单不作为报销凭证，发票请另行索取。"
    return letter(f"{invoice.seller.name} 宾客账单 Guest Folio", (*heads, note), rows)


def itinerary(invoice: Invoice) -> bytes:
    """A ride platform's list of the rides that the invoice bills."""
    day = issued(invoice)
    total = money(invoice.total_incl_tax)
    rows = (
        ("序号", "车型", "上车时间", "城市", "起点", "终点", "金额[元]"),
        ("1", "快车", f"{day:%m-%d} 08:05", "样城市", "样城东站", "望湖路99号", total),
    )
    heads = (
        f"申请日期：{day}    行程起止日期：{day} 至 {day}",
        "行程人手机号：19900000197",
        f"共1笔行程，合计{total}元",
    )
    return letter("演示出行-行程单", heads, rows)


def _service_papers(invoices: Mapping[str, Invoice]) -> Iterator[Sample]:
    consulting = invoices["consulting"]
    seller, total = consulting.seller.name or "", money(consulting.total_incl_tax)
    clauses = (
        f"甲方：{consulting.buyer.name}",
        f"乙方：{seller}",
        "一、乙方为甲方提供报销流程优化咨询服务，服务期三个月。",
        f"二、合同金额（含税）人民币 {total} 元，乙方开具增值税专用发票。",
        "三、成果经甲方书面确认后十日内付款。合同编号 DEMO-0100。",
    )
    accepted = ("经验收，下列成果符合合同 DEMO-0100 的约定：", f"流程优化咨询报告一份，金额 {total} 元。")
    yield _paper(
        "contract.pdf",
        partial(letter, "咨询服务合同", clauses, (), seller),
        "contract",
        "consulting",
        "合同",
        "contract",
    )
    yield _paper(
        "acceptance-report.pdf", partial(letter, "验收单", accepted, (), "示例云帆科技有限公司"), "acceptance_report",
        "consulting", "验收单", "acceptance report",
    )  # fmt: skip
    yield _paper(
        "deliverable-confirmation.pdf", partial(letter, "服务成果确认书", accepted, (), seller),
        "deliverable_confirmation", "consulting", "成果确认书", "confirmation of the deliverable",
    )  # fmt: skip


def _event_papers(invoices: Mapping[str, Invoice]) -> Iterator[Sample]:
    dinner, training = issued(invoices["dinner"]), issued(invoices["training"])
    guests = (
        ("序号", "姓名", "单位", "职务"),
        ("1", "演客一", "示例客户公司", "经理"),
        ("2", "演员工", "本公司", "销售"),
    )
    attendees = partial(letter, "业务招待参与人员名单", (f"日期：{dinner}    事由：项目洽谈",), guests)
    yield _paper("attendee-list.pdf", attendees, "attendee_list", "dinner", "参与人员名单", "list of attendees")
    notice = partial(
        letter, "培训通知", (f"兹定于 {training} 举办财务合规培训，请相关人员参加。",), (), "示例云帆科技有限公司"
    )
    yield _paper("training-notice.pdf", notice, "training_notice", "training", "培训通知", "training notice")
    agenda = partial(
        letter, "培训议程", (f"{training}",), (("时间", "内容"), ("09:00", "发票合规"), ("14:00", "报销案例"))
    )
    yield _paper("training-agenda.pdf", agenda, "training_agenda", "training", "培训议程", "training agenda")
    people = (("姓名", "部门", "签到"), *((f"演学员{char}", "财务部", "已签") for char in "一二三四五"))
    signed = partial(letter, "培训签到表", (f"{training}",), people)
    yield _paper("sign-in-sheet.pdf", signed, "sign_in_sheet", "training", "培训签到表", "sign-in sheet")


def _proofs(invoices: Mapping[str, Invoice]) -> Iterator[Sample]:
    hotel = invoices["hotel"]
    rows = (
        ("发票号码", hotel.number or ""),
        ("开票日期", issued(hotel).isoformat()),
        ("价税合计", money(hotel.total_incl_tax)),
        ("销售方名称", hotel.seller.name or ""),
        ("发票状态", "正常"),
    )
    shot = partial(screen, "示例查验平台 发票查验明细", rows, "查验结果：一致（示例）")
    yield _paper("verification.png", shot, "verification_screenshot", "hotel", "查验截图", "verification screenshot")
    paid = (
        ("收款方", hotel.seller.name or ""),
        ("支付金额", f"￥{money(hotel.total_incl_tax)}"),
        ("支付时间", f"{issued(hotel)} 10:00:00"),
        ("交易单号", "990000000000000099"),
    )
    slip = partial(screen, "账单详情 支付成功", paid, "当前状态：支付成功（示例）")
    yield _paper("payment-slip.png", slip, "payment_proof", "hotel", "支付凭证", "payment slip")
    goods = (("品名", "规格", "数量", "金额"), ("白板", "90x60", "2", "452.00"), ("订书机", "中号", "6", "678.00"))
    listed = partial(letter, "销货清单", ("合计 1130.00 元",), goods, "示例文具办公用品有限公司")
    yield _paper("sealed-item-list.pdf", listed, "sealed_item_list", "list-missing", "盖章销货清单", "sealed item list")
    words = ("因项目跨年结算，去年十二月的餐费本月方取得发票，特此说明。",)
    why = partial(letter, "专项说明", words, (), "示例云帆科技有限公司")
    yield _paper("special-explanation.pdf", why, "special_explanation", "last-year", "专项说明", "special explanation")
