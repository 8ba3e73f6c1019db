"""What the parts, fields and values of a policy are called in both languages."""

from reimburse.domain.finding import Text

SEVERITIES = {
    "block": Text("阻断", "block"),
    "return": Text("退回", "return"),
    "approval": Text("特批", "approval"),
    "warn": Text("提示", "warn"),
    "info": Text("信息", "info"),
}
CONDITIONS = {
    "legal_entity": Text("公司", "company"),
    "department": Text("部门", "department"),
    "grade": Text("职级", "grade"),
    "category": Text("类别", "category"),
}
PARTS = {
    "categories": Text("费用类别", "Category"),
    "titles": Text("发票抬头", "Title"),
    "tax_rates": Text("税率", "Tax rate"),
    "not_deductible": Text("不得抵扣", "Not deductible"),
    "vague_items": Text("笼统品名", "Vague items"),
    "required_fields": Text("必填要素", "Required fields"),
    "caps": Text("费用标准", "Cap"),
    "city_tiers": Text("城市分级", "City tier"),
    "workdays": Text("工作日", "Working days"),
}
FIELDS = {
    "zh": Text("中文名", "Chinese name"),
    "en": Text("英文名", "English name"),
    "account": Text("会计科目", "account"),
    "account_name": Text("科目名称", "account's name"),
    "evidence": Text("必需佐证", "evidence"),
    "evidence_rule": Text("佐证规则", "rule of the evidence"),
    "items": Text("识别的品名", "recognised by"),
    "names": Text("品名", "names"),
    "fillers": Text("可跟随的词", "words that may follow"),
    "list_words": Text("指向清单的词", "words for a list"),
}
PER = {
    "line": Text("每条明细", "a line"),
    "unit": Text("每单位", "a unit"),
    "day": Text("每天", "a day"),
    "night": Text("每晚", "a night"),
    "person": Text("每人", "a person"),
}
NONE = Text("—", "—")
OWN = Text("规则自带", "its own")
