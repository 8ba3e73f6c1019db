"""Expense categories, kinds of attachment and who paid, with their names in both languages (CONTRACTS: ``check``)."""

from collections.abc import Mapping
from types import MappingProxyType

from reimburse.domain.finding import Text

CATEGORIES: Mapping[str, Text] = MappingProxyType(
    {
        "travel_transport": Text("差旅交通", "Travel: transport"),
        "travel_lodging": Text("差旅住宿", "Travel: lodging"),
        "travel_meal": Text("差旅餐费", "Travel: meals"),
        "taxi": Text("市内交通", "Taxi and local transport"),
        "entertainment": Text("业务招待", "Entertainment"),
        "office_supplies": Text("办公用品", "Office supplies"),
        "meeting": Text("会议费", "Meeting"),
        "training": Text("培训费", "Training"),
        "consulting": Text("咨询费", "Consulting"),
        "gift": Text("礼品", "Gifts"),
        "fixed_asset": Text("固定资产", "Fixed asset"),
        "low_value_asset": Text("低值易耗品", "Low-value asset"),
        "communication": Text("通讯费", "Communication"),
        "software_service": Text("软件与信息服务", "Software and IT services"),
        "freight": Text("运费", "Freight"),
        "construction": Text("建筑工程", "Construction"),
        "real_estate": Text("不动产与租赁", "Real estate"),
        "prepayment": Text("预付款", "Prepayment"),
        "other": Text("其他", "Other"),
    }
)

ATTACHMENT_KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "contract": Text("合同", "Contract"),
        "acceptance_report": Text("验收单", "Acceptance report"),
        "stock_in_receipt": Text("入库单", "Stock-in receipt"),
        "order": Text("订单", "Order"),
        "itinerary": Text("行程单", "Itinerary"),
        "ticket_receipt": Text("机车票电子回单", "Ticket receipt"),
        "lodging_folio": Text("酒店水单", "Lodging folio"),
        "attendee_list": Text("参与人员名单", "List of attendees"),
        "entertainment_request": Text("招待申请单", "Entertainment request"),
        "training_notice": Text("培训通知", "Training notice"),
        "training_agenda": Text("培训议程", "Training agenda"),
        "sign_in_sheet": Text("签到表", "Sign-in sheet"),
        "deliverable_confirmation": Text("服务成果确认书", "Confirmation of deliverables"),
        "verification_screenshot": Text("发票查验截图", "Verification screenshot"),
        "sealed_item_list": Text("盖章销货清单", "Sealed list of items"),
        "sealed_statement": Text("商家盖章情况说明", "Seller's sealed statement"),
        "calculation_basis": Text("计算依据", "Basis of calculation"),
        "special_explanation": Text("专项说明", "Special explanation"),
        "refund_proof": Text("退款凭证", "Proof of refund"),
        "red_letter_form": Text("红字信息表", "Red-letter form"),
        "tax_filed_proof": Text("已报税证明", "Proof of tax filed"),
        "payment_proof": Text("付款凭证", "Proof of payment"),
        "price_statement": Text("定价说明", "Price statement"),
        "identity_proof": Text("身份证明", "Proof of identity"),
        "other": Text("其他附件", "Other"),
    }
)

PAID_BY: Mapping[str, Text] = MappingProxyType(
    {
        "employee": Text("个人垫付", "Own pocket"),
        "company_card": Text("公务卡", "Company card"),
        "company_transfer": Text("公司转账", "Company transfer"),
        "advance": Text("借款冲抵", "Advance"),
    }
)
