"""The labels printed on invoices, as patterns over text without blanks."""

import re

NUMBER = re.compile(r"(?:发票|票据|凭证)(?<![电字]..)号码:?")
CODE = re.compile(r"(?:发票|票据)代码:?")
DATE = re.compile(r"(?:开票|填开)日期:?")
CHECK_CODE = re.compile(r"校验码:?")
MACHINE = re.compile(r"机器(?:编号|号码):?")
NAME = re.compile(r"(?=[购销名])(?:购买方|销售方)?名称:")
TAX_ID = re.compile(r"(?=[统纳])(?:(?:统一社会信用代码/?)?纳税人识别号:?|统一社会信用代码:)")
ADDRESS = re.compile(r"地址[、,]?电话:?")
BANK = re.compile(r"开户行及[账帐]号:?")
PAYEE = re.compile(r"收款人:")
REVIEWER = re.compile(r"复核人?:")
DRAWER = re.compile(r"开票人:?")
SELLER_SEAL = re.compile(r"(?:销售方|收款单位|开票单位):?\(盖?章\)")
IN_WORDS = re.compile(r"(?:价税合计|金额合计|合计金额|总计|合计)\(大写\):?")
IN_FIGURES = re.compile(r"\(小写\):?")
AMOUNT = re.compile("金额|价税合计")
TOTALS = re.compile(r"合计(?<![税额]..)(?=[¥￥(\-\d*]|(?!.))")
SUBTOTALS = re.compile(r"小计(?=[¥￥(\-\d*]|(?!.))")
DOWNLOADS = re.compile(r"下载次数:?")

# A look at the first character saves trying every label at every place.
ANY = re.compile(
    "(?=[发票凭开填校机购销名统纳地收复价金合总(下])(?:"
    + "|".join(
        pattern.pattern
        for pattern in (
            NUMBER, CODE, DATE, CHECK_CODE, MACHINE, NAME, TAX_ID, ADDRESS, BANK, PAYEE, REVIEWER, DRAWER, SELLER_SEAL,
            IN_WORDS, IN_FIGURES, DOWNLOADS,
        )
    )
    + ")"
)  # fmt: skip

COLUMNS: dict[str, str] = {
    "货物或应税劳务、服务名称": "item_name",
    "货物或应税劳务名称": "item_name",
    "货物(劳务)名称": "item_name",
    "项目名称": "item_name",
    "规格型号": "specification",
    "面积单位": "unit",
    "单位": "unit",
    "数量": "quantity",
    "单价": "unit_price",
    "金额": "amount_excl_tax",
    "税率/征收率": "tax_rate",
    "征收率": "tax_rate",
    "税率": "tax_rate",
    "税额": "tax_amount",
}
"""Labels of the item table that are fields of a line, longest first where one holds another."""

OTHER_COLUMNS = (
    "建筑服务发生地", "建筑项目名称", "产权证书/不动产权证号码", "产权证书/不动产权证号", "不动产权证号", "产权证书",
    "车辆识别代号/车架号码", "车辆识别代号", "车架号码", "通行日期起", "通行日期止", "车牌号码", "车牌号",
    "类型", "序号",
)  # fmt: skip
"""Labels of the item table that are no field of a line."""

DAY = re.compile(r"\d{8}|\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?|[-/*]+")
SHAPES = {"通行日期起": DAY, "通行日期止": DAY}
"""What stands in a column of days: an amount never does."""
PLATE = re.compile(r"[一-鿿][A-Z][·.]?[A-Z\d]{4,6}[一-鿿]?")
SURE = {"车牌号": PLATE, "车牌号码": PLATE}
"""What a column surely holds, though it may hold other things too."""

COLUMN = re.compile("|".join(map(re.escape, sorted((*COLUMNS, *OTHER_COLUMNS), key=len, reverse=True))))
BLOCK = re.compile(
    "出行人|有效身份证件号码?|出行日期|出发地|到达地|交通工具类型|运输工具种类|运输工具牌号|起运地|运输货物名称|保险单号|"
    "税款所属期|代收车船税金额|滞纳金金额|患者姓名|就诊日期|门诊号|住院时间|住院号|病历号|医疗机构类型|医保类型|业务流水号|"
    "土地使用权证号|登记证号|转入地车辆管理所|不动产单元代码|网签合同备案编号|租赁期起止|底盘号|机架号"
)
"""Labels of the blocks that special businesses print below the items."""
