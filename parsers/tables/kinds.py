"""The tables that are known, with the headings that companies and providers give their columns."""

from parsers.tables.columns import Column, Kind, Table
from reimburse.domain.finding import Text

PARTY = (
    "供应商名称|供应商|服务商|服务商名称|供货单位|销售方|销售方名称|对方单位|乙方|卖方"
    "|vendor|vendor name|provider|seller|supplier name"
)
TAX_ID = "供应商税号|统一社会信用代码|纳税人识别号|税号|supplier tax id|vat no"
ORDER_NO = "订单编号|订单号|采购订单号|采购单号|合同编号|合同号|po no|po number|order number|contract no"
OWNER = "负责人工号|经办人工号|工号|负责人|经办人|使用人|申请人|采购员|employee no|buyer|responsible"
MEMO = "说明|摘要|note|notes|remark|remarks"
ITEM = "商品名称|货物名称|项目名称|物料名称|品名|名称|item name|description|product"
QUANTITY = "qty"

BILLS = Table(
    "bills",
    Text("账单", "Bills"),
    (
        Column("party", Text("供应商", "Supplier"), PARTY, needed=True, sample="样例云计算有限公司"),
        Column(
            "party_tax_id", Text("供应商税号", "Supplier's tax id"), TAX_ID, Kind.TAX_ID, sample="91990000MA0DEM0024"
        ),
        Column(
            "bill_no",
            Text("账单编号", "Bill no"),
            "账单号|账单id|结算单号|对账单号|bill number|statement no",
            longest=100,
            sample="B-2026-03",
        ),
        Column(
            "period",
            Text("账期", "Period"),
            "账单周期|账单月份|计费周期|费用周期|结算周期|月份|billing period|billing cycle|month",
            Kind.PERIOD,
            sample="2026-03",
        ),
        Column(
            "period_start",
            Text("账期开始", "From"),
            "开始日期|起始日期|计费开始|period start|start date",
            Kind.DAY,
        ),
        Column(
            "period_end",
            Text("账期结束", "To"),
            "结束日期|截止日期|计费结束|period end|end date",
            Kind.DAY,
        ),
        Column(
            "amount",
            Text("账单金额", "Amount"),
            "应付金额|应付总额|含税金额|价税合计|实付金额|金额|amount due|total amount|total",
            Kind.MONEY,
            needed=True,
            sample="1280.50",
        ),
        Column(
            "settled_on",
            Text("扣款日期", "Settled on"),
            "结算日期|扣费日期|支付日期|付款日期|paid on|payment date|settlement date",
            Kind.DAY,
            sample="2026-04-03",
        ),
        Column("order_no", Text("订单号", "Order no"), ORDER_NO, longest=50),
        Column("owner", Text("负责人", "Owner"), OWNER, longest=100, sample="E001"),
        Column("memo", Text("备注", "Memo"), MEMO, longest=300, sample="云服务器"),
    ),
    either=(("period", "period_end"),),
)
ORDERS = Table(
    "orders",
    Text("订单", "Orders"),
    (
        Column("order_no", Text("订单号", "Order no"), ORDER_NO, needed=True, longest=50, sample="PO-2026-018"),
        Column("party", Text("供应商", "Supplier"), PARTY, needed=True, sample="示例办公设备有限公司"),
        Column(
            "party_tax_id", Text("供应商税号", "Supplier's tax id"), TAX_ID, Kind.TAX_ID, sample="91990000MA0DEM0037"
        ),
        Column(
            "ordered_on",
            Text("下单日期", "Ordered on"),
            "订单日期|签订日期|采购日期|order date|signed on",
            Kind.DAY,
            sample="2026-03-02",
        ),
        Column(
            "amount",
            Text("订单总额", "Order total"),
            "订单金额|合同金额|合同总价|含税总额|价税合计|order amount|total|total amount",
            Kind.MONEY,
            sample="11300.00",
        ),
        Column(
            "line_amount",
            Text("行金额", "Line total"),
            "含税金额|小计金额|金额|line amount|amount",
            Kind.MONEY,
        ),
        Column("item_name", Text("品名", "Item"), ITEM, sample="激光打印机"),
        Column("specification", Text("规格型号", "Specification"), "规格|型号|spec|model", sample="P-200"),
        Column("unit", Text("单位", "Unit"), "计量单位|uom", longest=20, sample="台"),
        Column("quantity", Text("数量", "Quantity"), QUANTITY, Kind.NUMBER, sample="5"),
        Column(
            "unit_price",
            Text("不含税单价", "Price without tax"),
            "单价|unit price|price",
            Kind.NUMBER,
            sample="2000",
        ),
        Column("owner", Text("负责人", "Owner"), OWNER, longest=100, sample="E002"),
        Column("memo", Text("备注", "Memo"), MEMO, longest=300),
    ),
    either=(("amount", "line_amount"),),
)
RECEIPTS = Table(
    "receipts",
    Text("收货与验收", "Receipts"),
    (
        Column("order_no", Text("订单号", "Order no"), ORDER_NO, needed=True, longest=50, sample="PO-2026-018"),
        Column(
            "receipt_no",
            Text("单据号", "Receipt no"),
            "入库单号|收货单号|验收单号|送货单号|grn|receipt number|grn no",
            longest=50,
            sample="RK-0301",
        ),
        Column("kind", Text("类型", "Kind"), "单据类型|type", longest=20, sample="收货"),
        Column(
            "received_on",
            Text("日期", "Date"),
            "收货日期|入库日期|验收日期|到货日期|received on|received|accepted on",
            Kind.DAY,
            needed=True,
            sample="2026-03-12",
        ),
        Column("party", Text("交货方", "Deliverer"), PARTY, sample="示例办公设备有限公司"),
        Column("item_name", Text("品名", "Item"), ITEM, sample="激光打印机"),
        Column("unit", Text("单位", "Unit"), "计量单位|uom", longest=20, sample="台"),
        Column(
            "quantity",
            Text("数量", "Quantity"),
            f"收货数量|入库数量|实收数量|验收数量|{QUANTITY}",
            Kind.NUMBER,
            sample="5",
        ),
        Column(
            "amount",
            Text("含税金额", "Worth with tax"),
            "收货金额|入库金额|验收金额|金额|amount",
            Kind.MONEY,
            sample="11300.00",
        ),
        Column(
            "by_whom",
            Text("经手人", "Received by"),
            "收货人|验收人|入库人|accepted by|receiver",
            longest=100,
            sample="吴桐",
        ),
        Column("memo", Text("备注", "Memo"), MEMO, longest=300),
    ),
)
CERTIFICATIONS = Table(
    "certifications",
    Text("勾选认证", "Deduction"),
    (
        Column(
            "digital_number",
            Text("数电票号码", "E-invoice number"),
            "数电发票号码|全电发票号码|数电票(号)码",
            longest=30,
            sample="26990000000000000001",
        ),
        Column("code", Text("发票代码", "Invoice code"), longest=20),
        Column("number", Text("发票号码", "Invoice number"), "号码", longest=30),
        Column("issue_date", Text("开票日期", "Issued on"), "issue date|invoice date", Kind.DAY, sample="2026-03-05"),
        Column(
            "seller_name",
            Text("销售方名称", "Seller"),
            "销方名称|销售方纳税人名称|销方纳税人名称|seller name",
            sample="示例办公设备有限公司",
        ),
        Column(
            "tax",
            Text("有效抵扣税额", "Deductible tax"),
            "有效税额|可抵扣税额|抵扣税额|税额|tax|tax amount",
            Kind.MONEY,
            sample="1300.00",
        ),
        Column(
            "state",
            Text("勾选状态", "State"),
            "是否勾选|认证状态|抵扣状态|用途|状态|selected|status",
            longest=20,
            sample="已勾选",
        ),
        Column(
            "period",
            Text("税款所属期", "Tax period"),
            "所属期|勾选属期|抵扣属期|所属月份|period",
            Kind.PERIOD,
            sample="2026-04",
        ),
        Column(
            "state_on",
            Text("勾选日期", "Selected on"),
            "勾选时间|认证日期|确认时间|selected at|certified on",
            Kind.DAY,
            sample="2026-04-10",
        ),
        Column("reason", Text("不抵扣原因", "Why not deductible"), "不抵扣勾选原因|reason", longest=300),
    ),
    either=(("digital_number", "number"), ("state", "period")),
)
TABLES = {table.kind: table for table in (BILLS, ORDERS, RECEIPTS, CERTIFICATIONS)}
