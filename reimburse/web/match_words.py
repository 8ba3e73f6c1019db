"""What the pages of payments and matching call kinds, states, evidence and decisions."""

from collections.abc import Mapping

from flask import Blueprint

from reimburse.domain.finding import Text
from reimburse.matching.answer import Evidence, Fact
from reimburse.matching.evidence import in_words
from reimburse.services.matching.match_groups import key_of
from reimburse.services.matching.match_proposals import REFUNDED
from reimburse.services.matching.match_terms import ALIAS, OTHER_NAME
from reimburse.web.language import say, t

KINDS = {
    "payment": Text("付款", "payments"),
    "refund": Text("退款", "refunds"),
    "fee": Text("手续费", "fees"),
    "income": Text("收入", "income"),
    "transfer": Text("内部转账、充值提现", "transfers, top-ups"),
    "closed": Text("交易关闭", "closed"),
    "neutral": Text("不计收支", "neutral"),
}
STATES = {
    "open": Text("缺发票", "lacks an invoice"),
    "proposed": Text("待确认", "to be confirmed"),
    "matched": Text("已对上", "matched"),
    "waived": Text("无需发票", "needs no invoice"),
    "refunded": Text("已退款", "refunded"),
    "twin": Text("同一笔，不重复计", "the same purchase"),
    "aside": Text("不参与对账", "not matched"),
}
DECISIONS = {
    "confirm": Text("确认", "confirmed"),
    "choose": Text("人工配对", "matched by hand"),
    "split": Text("拆开", "split"),
    "never": Text("永不匹配", "never"),
    "waive": Text("无需发票", "needs no invoice"),
    "not_twin": Text("不是同一笔消费", "two purchases"),
}
WHY = {
    ALIAS: Text("收款方是销售方的别名（人工确认过）", "payee is the seller, as a person confirmed"),
    OTHER_NAME: Text("收款方是销售方的曾用名或另一名称", "payee is a former or other name of the seller"),
}


def register(bp: Blueprint) -> None:
    """Give all templates these words."""
    for word in (evidence_words, payment_kind, payment_state, decision_words):
        bp.add_app_template_global(word, word.__name__)
    bp.add_app_template_filter(key_of, "invoice_key")


def evidence_words(told: Mapping[str, str]) -> str:
    """A fact of a group in the reader's language.

    >>> evidence_words({"fact": "date_gap", "value": "2"})
    '相差 2 天'
    """
    value = told["value"]
    if told["fact"] == REFUNDED:
        return t(f"其中退回 {value}", f"of which {value} came back")
    if why := told.get("why"):
        return f"{say(WHY[why])}: {value}"
    return say(Text(*in_words(Evidence(Fact(told["fact"]), value))))


def payment_kind(kind: str) -> str:
    """What a row is."""
    return say(KINDS[kind])


def payment_state(state: str) -> str:
    """Where a row stands."""
    return say(STATES[state])


def decision_words(kind: str) -> str:
    """What was decided."""
    return say(DECISIONS[kind])
