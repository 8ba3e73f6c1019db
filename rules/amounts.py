"""Chapter 4c: an invoice against the lines of the claim."""

from collections.abc import Iterator

from reimburse.domain.finding import Remedy, Severity
from reimburse.domain.money import ZERO, money_text
from rules.attached import attached_to_invoice, attached_to_line
from rules.facts import Facts, InvoiceFacts, LineFacts
from rules.folding import blank
from rules.remedies import approve, attach, do, edit_line, remove, split_line
from rules.rule import NOTHING, Hit, Lacks, Rule, elsewhere, of_invoice, of_line, rule, told, where
from rules.sums import Group, groups

has_invoice = where(lambda facts: facts.invoices, "报销单没有发票 / no invoice in this claim")


@rule(
    "R-60",
    Severity.RETURN,
    "发票高于明细须说明并附商家盖章说明",
    "An invoice above its lines needs a sealed statement",
    clause="B-5.4 B-5.2",
    applies=has_invoice,
    uses=("amount_tolerance", "allow_partial_claims"),
    any_remedy=True,
)
def invoice_is_not_above_its_lines(facts: Facts) -> Iterator[Hit | Lacks]:
    """An invoice is not above the sum of its lines; with a sealed statement a resubmission goes to the approver.

    发票不高于其明细之和；重新提交并附盖章说明的由审批人决定。
    """
    limits = facts.parameters
    tolerance, in_parts = limits.amount_tolerance, limits.allow_partial_claims
    for group in groups(facts):
        if group.total is None:
            yield Lacks("invoices.total_incl_tax")
        elif not in_parts and group.total - group.claimed - group.elsewhere > tolerance:
            yield from _above(facts, group)


def _above(facts: Facts, group: Group) -> Iterator[Hit | Lacks]:
    total, claimed = money_text(group.total or ZERO), money_text(group.claimed)
    lead = group.invoices[0]
    sealed = "sealed_statement" in attached_to_invoice(facts, lead)
    excused = sealed and facts.claim.resubmission
    if excused and any(item.role == "approver" for item in facts.approvals or ()):
        return
    over = money_text((group.total or ZERO) - group.claimed - group.elsewhere)
    zh = f"发票合计 {total}，明细合计 {claimed}，发票高出 {over}。"
    en = f"The invoice says {total}, its lines add up to {claimed}: {over} more."
    if excused:
        zh, en = f"{zh}已附盖章说明，由审批人决定。", f"{en} A sealed statement is attached; the approver decides."
        remedies: tuple[Remedy, ...] = (approve("approver"),)
    else:
        again = do("resubmit", "claim", "附盖章说明后重新提交", "Submit again with the sealed statement")
        remedies = (edit_line("amount"), again if sealed else attach("sealed_statement"))
    severity = Severity.APPROVAL if excused else None
    yield Hit(of_invoice(lead), zh, en, total, claimed, remedies, severity)


@rule(
    "R-61",
    Severity.RETURN,
    "发票低于明细须重新填报",
    "An invoice below its lines is claimed anew",
    clause="B-5.4 B-5.2",
    uses=("amount_tolerance",),
)
def invoice_is_not_below_its_lines(facts: Facts) -> Iterator[Hit | Lacks]:
    """The lines never ask for more than the invoice says; nothing waives this. A line without any invoice has none.

    明细之和不高于发票，不可豁免；没有发票的明细同样退回。
    """
    for group in groups(facts):
        if group.total is None:
            yield Lacks("invoices.total_incl_tax")
        elif group.claimed - group.total > facts.parameters.amount_tolerance:
            total, claimed = money_text(group.total), money_text(group.claimed)
            over = money_text(group.claimed - group.total)
            zh = f"发票合计 {total}，明细合计 {claimed}，明细多报 {over}。"
            en = f"The invoice says {total}, its lines add up to {claimed}: {over} too much."
            yield Hit(of_invoice(group.invoices[0]), zh, en, total, claimed, (edit_line("amount"),))
    for line in facts.lines:
        if not line.invoice_ids and _needs_invoice(line):
            zh, en = (
                f"明细 {money_text(line.amount)} 没有关联发票。",
                f"The line of {money_text(line.amount)} names no invoice.",
            )
            remedies = (edit_line("invoice_ids"),)
            yield Hit(of_line(line), zh, en, "一张发票 / an invoice", NOTHING, remedies)


def _needs_invoice(line: LineFacts) -> bool:
    """Whatever asks for money rests on an invoice, a surcharge too; a prepayment has its invoice later (R-75)."""
    return line.amount > 0 and (line.category != "prepayment" or line.adjustment is not None)


@rule(
    "R-62",
    Severity.RETURN,
    "多张发票须按票列明细",
    "Every invoice has lines of its own",
    clause="B-5.4",
    applies=has_invoice,
    any_remedy=True,
)
def every_invoice_has_its_lines(facts: Facts) -> Iterator[Hit | Lacks]:
    """No line names more than one invoice, and no invoice is left without a line.

    一条明细只关联一张发票，每张发票都有明细。
    """
    for line in facts.lines:
        named = tuple(dict.fromkeys(line.invoice_ids))
        if len(named) > 1:
            zh = f"一条明细混了 {len(named)} 张发票，须按发票分别列明。"
            en = f"One line mixes {len(named)} invoices; each needs lines of its own."
            remedy = split_line(
                f"拆成 {len(named)} 条，每条一张发票", f"Split it into {len(named)}, one for each invoice"
            )
            found = ", ".join(
                facts.by_id[name].called if name in facts.by_id else "佐证单据 / a document" for name in named
            )
            yield Hit(of_line(line), zh, en, "一条一票 / one invoice a line", found, (remedy,))
    for invoice in facts.invoices:
        if not facts.lines_of(invoice):
            zh, en = "这张发票没有对应的明细。", "No line names this invoice."
            remedies = (
                do("add_line", "invoice_ids", "为这张发票补一条明细", "Add a line for this invoice"),
                remove("invoice", "或从报销单移除这张发票", "Or take the invoice out of the claim"),
            )
            yield Hit(of_invoice(invoice), zh, en, "至少一条明细 / at least one line", NOTHING, remedies)


@rule(
    "R-55",
    Severity.RETURN,
    "折扣、抹零、附加费须单列并注明依据",
    "Adjustments stand on their own line with their basis",
    clause="B-5.2",
    any_remedy=True,
)
def adjustments_state_their_basis(facts: Facts) -> Iterator[Hit | Lacks]:
    """A discount, rounding or surcharge line says how it was calculated, in words or by an attachment.

    折扣、抹零、附加费行写明计算依据，或附计算依据。
    """
    for line in facts.lines:
        if line.adjustment and blank(line.basis) and facts.attachments is None:
            yield Lacks("attachments")
        elif line.adjustment and blank(line.basis) and "calculation_basis" not in attached_to_line(facts, line):
            names = {"discount": "折扣", "rounding": "抹零", "surcharge": "附加费"}
            zh = f"{names[line.adjustment]} {money_text(line.amount)} 没有注明计算依据。"
            en = f"The {line.adjustment} of {money_text(line.amount)} does not say how it was calculated."
            remedies = (edit_line("basis"), attach("calculation_basis"))
            yield Hit(of_line(line), zh, en, "计算依据 / its basis", NOTHING, remedies)
        elif not line.adjustment and line.amount < 0 and not _on_red(facts, line):
            zh = f"负数金额 {money_text(line.amount)} 须标明是折扣、抹零还是附加费，并注明依据。"
            en = f"The negative amount {money_text(line.amount)} must be marked as an adjustment and state its basis."
            yield Hit(of_line(line), zh, en, "adjustment", money_text(line.amount), (edit_line("adjustment"),))


def _on_red(facts: Facts, line: LineFacts) -> bool:
    return any(invoice.is_red for invoice in facts.invoices_of(line))


@rule(
    "R-56",
    Severity.RETURN,
    "一票多类须逐项拆分",
    "A mixed invoice is split by item",
    clause="B-5.3",
    applies=has_invoice,
)
def mixed_invoices_are_split(facts: Facts) -> Iterator[Hit | Lacks]:
    """Where several lines share an invoice each has its own amount and quantity; a mixed invoice has several lines.

    多类费用的发票分成多条明细；共用发票的明细各有数量，数量大于零。
    """
    from rules.categories import UNKNOWN, guess

    for invoice in facts.invoices:
        lines = [line for line in facts.lines_of(invoice) if not line.adjustment] if invoice.invoice.lines[1:] else []
        if len(lines) != 1:
            continue
        names = {line.item_name for line in invoice.invoice.lines if (line.amount_excl_tax or ZERO) >= 0}
        kinds = {guess([name], None, facts.policy) for name in names} if len(names) > 1 else set()
        guessed = sorted(kinds - {UNKNOWN})
        if len(guessed) > 1:
            labels = "、".join(facts.policy.categories[name].zh for name in guessed)
            zh = f"一张发票含多类费用（{labels}），须分项填报。"
            en = f"The invoice holds several categories ({', '.join(guessed)}); each needs a line."
            remedy = split_line(
                f"拆成 {len(guessed)} 条：{labels}", f"Split it into {len(guessed)}: {', '.join(guessed)}"
            )
            yield Hit(of_line(lines[0]), zh, en, ", ".join(guessed), lines[0].category, (remedy,))
    yield from _without_quantity(facts)


def _without_quantity(facts: Facts) -> Iterator[Hit]:
    """Lines that share an invoice and state no quantity; and a quantity of nothing, or less, that costs money."""
    for line in facts.lines:
        none = line.quantity is not None and line.quantity <= 0 < line.amount
        shared = line.quantity is None and any(_is_split(facts, invoice) for invoice in facts.invoices_of(line))
        if not line.adjustment and (none or shared):
            zh, en = "分项填报的明细没有数量。", "A line of a split invoice has no quantity."
            if none:
                zh, en = f"数量 {line.quantity:f} 不大于零。", f"The quantity {line.quantity:f} is not above zero."
            found = f"{line.quantity:f}" if line.quantity is not None else NOTHING
            yield Hit(of_line(line), zh, en, "大于零的数量 / a quantity above zero", found, (edit_line("quantity"),))


def _is_split(facts: Facts, invoice: InvoiceFacts) -> bool:
    return sum(not line.adjustment for line in facts.lines_of(invoice)) > 1


@rule("R-57", Severity.RETURN, "类别须在会计科目表内", "The category is in the chart of accounts", clause="B-5.3")
def category_is_known(facts: Facts) -> Iterator[Hit | Lacks]:
    """The line's category is one of the policy's.

    明细的类别在政策的类别表内。
    """
    for line in facts.lines:
        if facts.category(line) is None:
            named = facts.policy.categories.values()
            known = f"{'、'.join(item.zh for item in named)} / {', '.join(item.en for item in named)}"
            zh, en = (
                f"类别“{line.category}”不在会计科目表内。",
                f'The category "{line.category}" is not in the chart of accounts.',
            )
            yield Hit(of_line(line), zh, en, known, line.category or NOTHING, (edit_line("category"),))


RULES: tuple[Rule, ...] = (
    told(
        "R-54",
        Severity.RETURN,
        "发票总额等于明细合计",
        "Invoice total equals its lines",
        clause="B-5.2",
        by=("R-60", "R-61"),
    ),
    adjustments_state_their_basis,
    mixed_invoices_are_split,
    category_is_known,
    invoice_is_not_above_its_lines,
    invoice_is_not_below_its_lines,
    every_invoice_has_its_lines,
    elsewhere(
        "R-64",
        Severity.INFO,
        "财务定期抽查",
        "Sampling audit",
        clause="B-5.4",
        why="抽查工作台 / the sampling audit draws from paid claims (F-26)",
    ),
)
