"""The rules that the product adds: who acts, and what was handed in."""

from collections.abc import Iterator

from reimburse.domain.finding import Resolver, Severity
from rules.amounts import has_invoice
from rules.facts import Facts
from rules.folding import blank, fold
from rules.remedies import do, reissue, remove
from rules.rule import Hit, Lacks, Rule, of_claim, of_invoice, rule, where
from rules.vocabulary import ROLES, listed

DOCUMENTS = {
    "hotel_folio": ("酒店水单", "a hotel folio", "lodging_folio"),
    "trip_itinerary": ("行程单", "a trip itinerary", "itinerary"),
    "bank_statement": ("银行流水", "a bank statement", "payment_proof"),
    "bank_receipt": ("银行回单", "a bank receipt", "payment_proof"),
    "payment_slip": ("付款凭证", "a payment slip", "payment_proof"),
    "sales_list": ("销货清单", "a sales list", "sealed_item_list"),
    "other": ("其他单据", "another document", "other"),
}


@rule(
    "X-10",
    Severity.BLOCK,
    "报销人不得审批自己的报销单",
    "Nobody approves their own claim",
    clause="X-10",
    resolver=Resolver.APPROVER,
    needs=("approvals",),
)
def nobody_approves_their_own(facts: Facts) -> Iterator[Hit | Lacks]:
    """No approval of this claim was given by the claimant, or by somebody on the claimant's behalf.

    报销人及其代理人没有审批本单。
    """
    claimant = facts.claim.employee.id
    own = [item.role for item in facts.approvals or () if claimant in (item.by, item.on_behalf_of)]
    if own:
        roles = listed(ROLES, dict.fromkeys(own))
        zh = f"报销人以“{roles.zh}”身份批准了自己的报销单（本人或其代理人）。"
        en = f"The claimant approved the claim as {roles.en}, in person or through a delegate."
        remedies = (do("reassign", own[0], "改由上一级审批", "Let the next level approve"),)
        yield Hit(of_claim(facts), zh, en, "他人 / somebody else", claimant, remedies)


@rule(
    "X-14",
    Severity.RETURN,
    "购销双方不得为同一方",
    "Buyer and seller are not the same party",
    clause="X-14",
    applies=has_invoice,
    any_remedy=True,
)
def parties_differ(facts: Facts) -> Iterator[Hit | Lacks]:
    """Buyer and seller differ in name and in tax id.

    购买方与销售方的名称、税号都不相同。
    """
    for invoice in facts.invoices:
        buyer, seller = invoice.invoice.buyer, invoice.invoice.seller
        pairs = ((buyer.tax_id, seller.tax_id), (buyer.name, seller.name))
        same = [one for one, other in pairs if one and not blank(one) and fold(one) == fold(other or "")]
        if same:
            zh, en = f"购买方与销售方是同一方（{same[0]}）。", f"Buyer and seller are the same party ({same[0]})."
            remedies = (reissue("buyer.name"), remove("invoice", "或从报销单移除这张发票", "Or take the invoice out"))
            yield Hit(of_invoice(invoice), zh, en, "不同的两方 / two parties", same[0], remedies)


@rule(
    "X-18",
    Severity.RETURN,
    "佐证单据不得当作发票提交",
    "A supporting document is not an invoice",
    clause="X-18",
    applies=where(lambda facts: facts.documents, "没有非发票单据 / no document that is none"),
)
def documents_are_invoices(facts: Facts) -> Iterator[Hit | Lacks]:
    """What is handed in as an invoice is one; a folio, itinerary or slip belongs among the attachments.

    作为发票提交的确实是发票；水单、行程单、回单放在附件中。
    """
    for document in facts.documents:
        zh_name, en_name, kind = DOCUMENTS[document.document or "other"]
        zh = f"这是{zh_name}，不是发票，请作为附件提交，并另交发票。"
        en = f"This is {en_name}, not an invoice: attach it, and hand in the invoice."
        remedies = (
            do("move_to_attachments", kind, f"改为附件“{zh_name}”", f"Attach it as {en_name}"),
            do("upload", "invoice", "上传对应的发票", "Upload the invoice itself"),
        )
        yield Hit(of_invoice(document), zh, en, "invoice", document.document or "other", remedies)


RULES: tuple[Rule, ...] = (nobody_approves_their_own, parties_differ, documents_are_invoices)
