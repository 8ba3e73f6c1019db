"""Ten representative rules here and the same ten compiled in zen-engine; ``bench.rules`` prints the comparison.

zen judges a context of plain values, made from the same facts: that conversion is timed apart, and so is what zen needs
to take a context in and hand an answer out (a decision that judges nothing). Both must name the same subjects, and say
what was expected, what was found and a sentence in two languages.
"""

import json
from typing import Any, NamedTuple

import zen

from bench.timing import best
from reimburse.domain.finding import Subject
from rules.catalogue import BY_CODE
from rules.engine import judged
from rules.facts import Facts, InvoiceFacts, LineFacts


class Row(NamedTuple):
    """A rule in zen's language: of which list, what hits, and what is said of it."""

    of: str
    test: str
    expected: str
    found: str
    zh: str
    en: str

    @property
    def expression(self) -> str:
        """The hits of the rule, each with what was expected and found and a sentence in two languages."""
        said = f"expected: {self.expected}, found: {self.found}, zh: `{self.zh}`, en: `{self.en}`"
        return f"map(filter({self.of}, {self.test}), {{id: #.id, {said}}})"


IN_ZEN = {
    "R-01": Row("invoices", "not (#.buyer in titles)", "#.title", "#.buyer",
                "抬头“${#.buyer}”与登记全称“${#.title}”不一致。", "The title ${#.buyer} is not ${#.title}."),
    "R-09": Row("invoices", "#.tax_id == ''", "'15 或 18 位税号'", "'none'",
                "购买方没有税号，企业抬头必须填写。", "The buyer's tax id is missing."),
    "R-33": Row("invoices", "some(#.lines, abs(#.tax - round(#.net * #.rate * 100) / 100) > 0.01)",
                "'税额'", "string(#.tax)", "税额 ${#.tax} 与税率不符。", "The tax ${#.tax} is not net times rate."),
    "R-34": Row("invoices", "abs(#.net + #.tax - #.total) > 0.01", "string(#.net + #.tax)", "string(#.total)",
                "不含税金额加税额为 ${#.net + #.tax}，价税合计却是 ${#.total}。", "Net and tax make ${#.net + #.tax}."),
    "R-60": Row("invoices", "#.total - sum(#.claimed) > 0.01", "string(#.total)", "string(sum(#.claimed))",
                "发票合计 ${#.total}，明细合计 ${sum(#.claimed)}。", "The invoice says ${#.total}."),
    "R-72": Row("lines", "d(#.occurred_on).add(3, 'month').isBefore(submitted_on)", "#.occurred_on", "submitted_on",
                "费用发生于 ${#.occurred_on}，实际 ${submitted_on}。", "Spent on ${#.occurred_on}."),
    "R-73": Row("invoices", "year(date(#.issue_date)) != year(date(submitted_on))", "submitted_on", "#.issue_date",
                "${#.issue_date} 的发票在 ${submitted_on} 报销。", "An invoice of ${#.issue_date}."),
    "R-86": Row("lines", "#.category == 'taxi' and (#.from == '' or #.to == '' or #.reason == '')",
                "'起点、终点、事由'", "'none'", "出租车费没有写明起点、终点、事由。", "From, to or reason is missing."),
    "R-88": Row("lines", "#.category == 'entertainment' and #.amount > 2000 and not (#.request in requests)",
                "'2000.00'", "string(#.amount)", "招待费 ${#.amount} 超过 2000.00。", "Entertainment of ${#.amount}."),
    "X-03": Row("invoices", "#.key in registry", "'not used'", "#.key",
                "发票 ${#.key} 已用于其他报销单。", "Invoice ${#.key} is already used."),
}  # fmt: skip


def context_of(facts: Facts) -> dict[str, Any]:
    """The facts as the plain values that zen takes: numbers, texts, lists."""
    return {
        "submitted_on": facts.claim.submitted_on.isoformat(),
        "titles": [title.name for title in facts.titles or ()],
        "registry": [entry.key for entry in facts.registry or ()],
        "requests": [request.request_no for request in facts.requests or () if request.approved],
        "lines": [_line(line) for line in facts.lines],
        "invoices": [_invoice(facts, invoice) for invoice in facts.invoices],
    }


def _line(line: LineFacts) -> dict[str, Any]:
    return {
        "id": line.id,
        "category": line.category,
        "amount": float(line.yuan or line.amount),
        "occurred_on": line.occurred_on.isoformat() if line.occurred_on else "",
        "request": line.request_no or "",
        "from": line.details.origin or "",
        "to": line.details.destination or "",
        "reason": line.details.reason or "",
    }


def _invoice(facts: Facts, invoice: InvoiceFacts) -> dict[str, Any]:
    stated = invoice.invoice
    return {
        "id": invoice.id,
        "key": invoice.key or "",
        "buyer": stated.buyer.name or "",
        "title": facts.titles[0].name if facts.titles else "",
        "tax_id": stated.buyer.tax_id or "",
        "issue_date": stated.issue_date.isoformat() if stated.issue_date else "",
        "net": float(stated.amount_excl_tax or 0),
        "tax": float(stated.tax_amount or 0),
        "total": float(stated.total_incl_tax or 0),
        "claimed": [float(line.amount) for line in facts.lines_of(invoice)],
        "lines": [
            {
                "net": float(line.amount_excl_tax or 0),
                "rate": float(line.tax_rate or 0),
                "tax": float(line.tax_amount or 0),
            }
            for line in stated.lines
        ],
    }


def compiled(rules: dict[str, str]) -> zen.ZenDecision:
    """A decision of these rules, parsed and compiled once."""
    expressions = [{"id": code, "key": code, "value": text} for code, text in rules.items()]
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "content": {}},
        {"id": "rules", "type": "expressionNode", "name": "rules", "content": {"expressions": expressions}},
        {"id": "out", "type": "outputNode", "name": "out", "content": {}},
    ]
    edges = [{"id": "1", "sourceId": "in", "targetId": "rules"}, {"id": "2", "sourceId": "rules", "targetId": "out"}]
    content = zen.ZenDecisionContent(json.dumps({"nodes": nodes, "edges": edges}))
    return zen.ZenEngine().create_decision(content)


def in_zen() -> zen.ZenDecision:
    """The ten rules compiled."""
    return compiled({code: row.expression for code, row in IN_ZEN.items()})


def here(facts: Facts) -> dict[str, list[Subject]]:
    """What the ten rules of the product hit."""
    facts.memo.clear()
    return {code: [hit.subject for hit in judged(BY_CODE[code], facts).hits] for code in IN_ZEN}


def there(decision: zen.ZenDecision, context: dict[str, Any]) -> dict[str, list[str]]:
    """What zen's ten hit."""
    found: dict[str, list[dict[str, str]]] = decision.evaluate(context)["result"]
    return {code: [item["id"] for item in items] for code, items in found.items()}


def agree(facts: Facts) -> int:
    """How many subjects both name; an error where they differ."""
    ours = {code: sorted({subject.id for subject in subjects}) for code, subjects in here(facts).items()}
    theirs = {code: sorted(ids) for code, ids in there(in_zen(), context_of(facts)).items()}
    if ours != theirs:
        raise SystemExit(f"the two do not judge the same: {ours} and {theirs}")
    return sum(len(ids) for ids in ours.values())


def compare(name: str, facts: Facts) -> None:
    """Print the times of one claim in microseconds, and the ratios."""
    subjects, decision, empty = agree(facts), in_zen(), compiled({"nothing": "0"})
    context = context_of(facts)
    conversion = best(lambda: context_of(facts))
    taking_in = best(lambda: empty.evaluate(context))
    zen_time = best(lambda: decision.evaluate(context))
    own = best(lambda: here(facts))
    print(f"{name}: ten rules, {subjects} subjects named alike by both")
    print(f"  here         {own:7.0f} us on the facts as they are")
    judging = zen_time - taking_in
    print(f"  zen-engine   {zen_time:7.0f} us = {taking_in:.0f} to take the context in + {judging:.0f} to judge")
    print(f"  conversion   {conversion:7.0f} us more, of the facts to zen's context")
    print(f"  here is {zen_time / own:.2f} times as fast as zen on a context at hand,", end=" ")
    print(f"{(zen_time + conversion) / own:.2f} times with its conversion, {judging / own:.2f} times its bare judging")
