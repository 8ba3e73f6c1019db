"""What the kinds and fields of an invoice, and the sources of a value, are called."""

from reimburse.domain.finding import Text
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.reading import DocumentKind, SealStatus, Source

KINDS = {
    InvoiceKind.SPECIAL_PAPER: Text("增值税专用发票", "Special VAT invoice (paper)"),
    InvoiceKind.GENERAL_PAPER: Text("增值税普通发票", "General VAT invoice (paper)"),
    InvoiceKind.SPECIAL_ELECTRONIC: Text("增值税电子专用发票", "Special VAT e-invoice"),
    InvoiceKind.GENERAL_ELECTRONIC: Text("增值税电子普通发票", "General VAT e-invoice"),
    InvoiceKind.GENERAL_ROLL: Text("增值税普通发票（卷票）", "General VAT invoice (roll)"),
    InvoiceKind.TOLL: Text("通行费发票", "Toll invoice"),
    InvoiceKind.SPECIAL_DIGITAL: Text("数电票（专用）", "Fully digital invoice (special)"),
    InvoiceKind.GENERAL_DIGITAL: Text("数电票（普通）", "Fully digital invoice (general)"),
    InvoiceKind.RAIL_TICKET: Text("铁路电子客票", "Railway e-ticket"),
    InvoiceKind.AIR_ITINERARY: Text("航空行程单", "Air itinerary"),
    InvoiceKind.MOTOR_VEHICLE: Text("机动车销售统一发票", "Motor vehicle invoice"),
    InvoiceKind.FISCAL: Text("财政电子票据", "Fiscal e-receipt"),
    InvoiceKind.TAXI: Text("出租车票", "Taxi receipt"),
    InvoiceKind.BLOCKCHAIN: Text("区块链电子发票", "Blockchain e-invoice"),
    InvoiceKind.FIXED_AMOUNT: Text("定额发票", "Fixed-amount invoice"),
    InvoiceKind.OTHER: Text("其他票据", "Other"),
}
DOCUMENT_KINDS = {
    DocumentKind.HOTEL_FOLIO: Text("酒店结账单", "Hotel folio"),
    DocumentKind.TRIP_ITINERARY: Text("行程单", "Trip itinerary"),
    DocumentKind.BANK_STATEMENT: Text("银行对账单", "Bank statement"),
    DocumentKind.BANK_RECEIPT: Text("银行回单", "Bank receipt"),
    DocumentKind.PAYMENT_SLIP: Text("付款凭证", "Payment slip"),
    DocumentKind.SALES_LIST: Text("销货清单", "Sales list"),
    DocumentKind.OTHER: Text("其他材料", "Other document"),
}
SOURCES = {
    Source.QR: Text("二维码", "QR"),
    Source.TEXT: Text("票面文字", "Text"),
    Source.DOCINFO: Text("文件属性", "File properties"),
    Source.WORDS: Text("大写金额", "Amount in words"),
    Source.LINES: Text("明细合计", "Sum of lines"),
    Source.XML: Text("XML", "XML"),
    Source.OFD: Text("OFD", "OFD"),
    Source.XBRL: Text("XBRL", "XBRL"),
    Source.OCR: Text("图像识别", "OCR"),
    Source.MANUAL: Text("人工", "By hand"),
}
SEALS = {
    SealStatus.TRUSTED: Text(
        "文件签名后没有被改动，签署者的证书在公司信任名单里。",
        "Unchanged since it was signed, by a signer whose certificate the company trusts.",
    ),
    SealStatus.INTACT: Text(
        "文件签名后没有被改动；这不等于发票是真的，真伪以查验为准。",
        "Unchanged since it was signed. That does not make the invoice genuine: only verification does.",
    ),
    SealStatus.ALTERED: Text(
        "文件签名后被改动过，不能采信。", "The file was altered after it was signed and cannot be relied on."
    ),
    SealStatus.UNSIGNED: Text(
        "文件没有数字签名，内容是否被改动无从证明。",
        "The file carries no signature: nothing proves that it is unchanged.",
    ),
    SealStatus.UNVERIFIABLE: Text(
        "文件有签名，但用现有方法无法验证。", "The file carries a signature that cannot be checked here."
    ),
}
FIELDS = {
    "code": Text("发票代码", "Invoice code"),
    "number": Text("发票号码", "Invoice number"),
    "issue_date": Text("开票日期", "Issue date"),
    "check_code": Text("校验码", "Check code"),
    "machine_number": Text("机器编号", "Machine number"),
    "buyer.name": Text("购买方名称", "Buyer"),
    "buyer.tax_id": Text("购买方税号", "Buyer's tax id"),
    "buyer.address_phone": Text("购买方地址电话", "Buyer's address, phone"),
    "buyer.bank_account": Text("购买方开户行账号", "Buyer's bank account"),
    "seller.name": Text("销售方名称", "Seller"),
    "seller.tax_id": Text("销售方税号", "Seller's tax id"),
    "seller.address_phone": Text("销售方地址电话", "Seller's address, phone"),
    "seller.bank_account": Text("销售方开户行账号", "Seller's bank account"),
    "amount_excl_tax": Text("金额（不含税）", "Amount without tax"),
    "tax_amount": Text("税额", "Tax"),
    "total_incl_tax": Text("价税合计", "Total, tax included"),
    "total_in_words": Text("价税合计（大写）", "Total in words"),
    "travel.passenger": Text("乘客", "Passenger"),
    "travel.from": Text("出发地", "From"),
    "travel.to": Text("到达地", "To"),
    "travel.departs_at": Text("出发时间", "Departs at"),
    "travel.vehicle": Text("车次/航班", "Train or flight"),
    "travel.seat": Text("席别", "Seat"),
    "payee": Text("收款人", "Payee"),
    "reviewer": Text("复核", "Reviewer"),
    "drawer": Text("开票人", "Drawer"),
    "remark": Text("备注", "Remark"),
    "kind": Text("票种", "Kind"),
    "lines": Text("明细", "Lines"),
    "red_letter": Text("红字", "Red-letter"),
    "red_letter_of.code": Text("对应蓝字发票代码", "Code of the blue invoice"),
    "red_letter_of.number": Text("对应蓝字发票号码", "Number of the blue invoice"),
}
"""Field names are those of the invoice's JSON form, dotted; the order is that of the page."""
LINE_FIELDS = {
    "item_name": Text("名称", "item"),
    "specification": Text("规格型号", "specification"),
    "unit": Text("单位", "unit"),
    "quantity": Text("数量", "quantity"),
    "unit_price": Text("单价", "unit price"),
    "amount_excl_tax": Text("金额", "amount"),
    "tax_rate": Text("税率", "tax rate"),
    "tax_amount": Text("税额", "tax"),
    "treatment": Text("税收处理", "tax treatment"),
}


def kind_name(kind: str) -> Text:
    """What this kind of invoice is called."""
    return KINDS[InvoiceKind(kind)]


def document_name(kind: str | None) -> Text:
    """What this kind of document is called."""
    return DOCUMENT_KINDS[DocumentKind(kind or DocumentKind.OTHER)]


def source_name(source: str) -> Text:
    """What this source is called."""
    return SOURCES[Source(source)]


def field_name(field: str) -> Text:
    """What this field is called; one of a line ("lines.0.tax_rate") by its line and its column.

    >>> field_name("lines.0.tax_rate").zh, field_name("lines.1").en
    ('明细 1 税率', 'Line 2')
    """
    if field in FIELDS:
        return FIELDS[field]
    position, _, column = field.partition(".")[2].partition(".")
    if not position.isdigit():
        return Text(field, field)
    words = LINE_FIELDS.get(column, Text("", ""))
    return Text(f"明细 {int(position) + 1} {words.zh}".strip(), f"Line {int(position) + 1} {words.en}".strip())


def field_value(field: str, value: object) -> Text:
    """What a source states for a field, in words where it is written for machines.

    >>> field_value("kind", "taxi").en, field_value("travel.departs_at", "2026-10-12T08:05").zh
    ('Taxi receipt', '2026-10-12 08:05')
    """
    if field == "kind" and str(value) in set(InvoiceKind):
        return kind_name(str(value))
    text = str(value).replace("T", " ") if field == "travel.departs_at" else str(value)
    return Text(text, text)
