"""The words for people: attachment kinds, fields, roles and severities in both languages."""

from collections.abc import Iterable

from reimburse.domain.finding import Text

ATTACHMENTS: dict[str, Text] = {
    "contract": Text("合同", "contract"),
    "acceptance_report": Text("验收单", "acceptance report"),
    "stock_in_receipt": Text("入库单", "stock-in receipt"),
    "order": Text("订单", "order"),
    "itinerary": Text("行程单", "itinerary"),
    "ticket_receipt": Text("机/车票电子回单", "ticket receipt"),
    "lodging_folio": Text("酒店入住水单", "hotel folio"),
    "attendee_list": Text("参与人员名单", "list of attendees"),
    "entertainment_request": Text("招待申请单", "entertainment request"),
    "training_notice": Text("培训通知", "training notice"),
    "training_agenda": Text("培训议程", "training agenda"),
    "sign_in_sheet": Text("签到表", "sign-in sheet"),
    "deliverable_confirmation": Text("服务成果确认书", "confirmation of the deliverable"),
    "verification_screenshot": Text("发票查验截图", "verification screenshot"),
    "sealed_item_list": Text("盖章清单", "sealed list of items"),
    "sealed_statement": Text("盖章情况说明", "sealed statement"),
    "calculation_basis": Text("计算依据", "basis of the calculation"),
    "special_explanation": Text("专项说明", "special explanation"),
    "refund_proof": Text("退款凭证", "proof of the refund"),
    "red_letter_form": Text("红字发票信息表", "red-letter information form"),
    "tax_filed_proof": Text("已报税证明", "proof of taxes filed"),
    "payment_proof": Text("付款凭证", "proof of payment"),
    "price_statement": Text("定价说明", "statement of pricing"),
    "identity_proof": Text("身份证明", "proof of identity"),
    "other": Text("其他附件", "other document"),
}
ROLES: dict[str, Text] = {
    "approver": Text("审批人", "the approver"),
    "department_director": Text("部门总监", "the department director"),
    "finance_reviewer": Text("财务复核人", "the finance reviewer"),
    "finance_head": Text("财务负责人", "the finance head"),
}
FIELDS: dict[str, Text] = {
    "kind": Text("发票种类", "kind"),
    "code": Text("发票代码", "invoice code"),
    "number": Text("发票号码", "invoice number"),
    "check_code": Text("校验码", "check code"),
    "issue_date": Text("开票日期", "issue date"),
    "buyer.name": Text("购买方名称", "buyer's name"),
    "buyer.tax_id": Text("购买方税号", "buyer's tax id"),
    "buyer.address_phone": Text("购买方地址、电话", "buyer's address and phone"),
    "buyer.bank_account": Text("购买方开户行及账号", "buyer's bank and account"),
    "address": Text("地址", "address"),
    "phone": Text("电话", "phone"),
    "bank": Text("开户行", "bank"),
    "account": Text("账号", "account"),
    "seller.name": Text("销售方名称", "seller's name"),
    "seller.tax_id": Text("销售方税号", "seller's tax id"),
    "lines": Text("货物或服务明细", "lines"),
    "amount_excl_tax": Text("金额(不含税)", "amount without tax"),
    "tax_amount": Text("税额", "tax amount"),
    "total_incl_tax": Text("价税合计", "total, tax included"),
    "total_in_words": Text("价税合计(大写)", "total in words"),
    "remark": Text("备注", "remark"),
    "from": Text("起点", "starting point"),
    "to": Text("终点", "destination"),
    "reason": Text("事由", "reason"),
    "guests": Text("招待对象", "guests"),
    "guest_count": Text("人数", "number of people"),
    "attendees": Text("参与人员名单", "list of attendees"),
    "occurred_on": Text("发生日期", "date"),
    "started_on": Text("开始日期", "first day"),
    "ended_on": Text("结束日期", "last day"),
    "city": Text("城市", "city"),
    "fx_rate": Text("汇率", "exchange rate"),
    "adjustment": Text("调整类型", "kind of adjustment"),
    "invoice_ids": Text("关联发票", "invoice"),
    "order_no": Text("订单或合同号", "order or contract number"),
    "trip_id": Text("行程", "trip"),
    "quantity": Text("数量", "quantity"),
    "amount": Text("金额", "amount"),
    "basis": Text("计算依据", "basis"),
    "category": Text("类别", "category"),
}
STATUSES: dict[str, Text] = {
    "normal": Text("正常", "normal"),
    "voided": Text("作废", "voided"),
    "red_lettered": Text("红冲", "red-lettered"),
    "out_of_control": Text("失控", "out of control"),
    "not_found": Text("查无此票", "not found"),
}


def word(table: dict[str, Text], key: str) -> Text:
    """The word for a key; a key without one speaks for itself."""
    return table.get(key) or Text(key, key)


def listed(table: dict[str, Text], keys: Iterable[str]) -> Text:
    """Several words in one sentence.

    >>> listed(ATTACHMENTS, ["contract", "order"]).zh
    '合同、订单'
    """
    words = [word(table, key) for key in keys]
    return Text("、".join(text.zh for text in words), ", ".join(text.en for text in words))
