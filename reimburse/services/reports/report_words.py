"""What the figures of reports are called."""

from collections.abc import Mapping
from datetime import date

from reimburse.domain.finding import Text
from rules.catalogue import RULES
from rules.policy import Category

Names = Mapping[str, str]
MORE = "more"
DIMENSIONS = {
    "month": Text("按月", "By month"),
    "category": Text("按费用类别", "By category"),
    "department": Text("按部门", "By department"),
    "supplier": Text("按供应商", "By supplier"),
    "project": Text("按项目", "By project"),
    "cost_center": Text("按成本中心", "By cost centre"),
    "entity": Text("按法人", "By legal entity"),
    "cycle": Text("各阶段平均用时", "Mean time of each stage"),
    "pace": Text("从上传到付款", "From upload to paid"),
    "first_pass": Text("一次通过", "First pass"),
    "return_rule": Text("退回最多的规则", "Rules that return most"),
    "duplicate": Text("拦下的重复", "Duplicates caught"),
    "waiting": Text("正在等待", "What waits now"),
}
STAGES = {
    "prepare": Text("上传到提交", "Upload to submitted"),
    "decide": Text("提交到通过", "Submitted to approved"),
    "book": Text("通过到导出", "Approved to exported"),
    "pay": Text("导出到付款", "Exported to paid"),
    "whole": Text("上传到付款", "Upload to paid"),
}
PACES = {
    "1": Text("1 天内", "Within a day"),
    "3": Text("3 天内", "Within 3 days"),
    "7": Text("7 天内", "Within 7 days"),
    "30": Text("30 天内", "Within 30 days"),
    MORE: Text("更久", "Longer"),
}
PASSES = {"first": Text("一次通过", "Passed at once"), "again": Text("退回过", "Sent back")}
STATES = {
    "returned": Text("退回待改", "Returned"),
    "in_review": Text("待审核", "In review"),
    "approved": Text("待入批", "To be batched"),
    "batched": Text("待导出", "To be exported"),
    "exported": Text("待付款", "To be paid"),
}
AGES = {
    "2": Text("2 天内", "up to 2 days"),
    "7": Text("3–7 天", "3 to 7 days"),
    "30": Text("8–30 天", "8 to 30 days"),
    MORE: Text("超过 30 天", "over 30 days"),
}
NONE = {
    "supplier": Text("无销售方税号", "No seller's tax id"),
    "project": Text("无项目", "No project"),
    "cost_center": Text("无成本中心", "No cost centre"),
}
FIXED = {"cycle": STAGES, "pace": PACES, "first_pass": PASSES}
TITLES = {rule.code: Text(f"{rule.code} {rule.title.zh}", f"{rule.code} {rule.title.en}") for rule in RULES}


def words_of(dimension: str, value: str, names: Names, categories: Mapping[str, Category]) -> Text:
    """What a figure is called in both languages; the value itself where nothing better is known."""
    plain = names.get(value, value)
    if dimension == "category" and value in categories:
        return Text(categories[value].zh, categories[value].en)
    if dimension == "month":
        month = date.fromisoformat(value)
        return Text(f"{month:%Y-%m}", f"{month:%Y-%m}")
    if dimension == "waiting":
        state, _, age = value.partition(":")
        return Text(f"{STATES[state].zh} · {AGES[age].zh}", f"{STATES[state].en}, {AGES[age].en}")
    fixed = TITLES if dimension in ("return_rule", "duplicate") else FIXED.get(dimension, {})
    return fixed.get(value) or (NONE.get(dimension) if value == "" else None) or Text(plain, plain)
