"""Every row of the catalogue, in its order: what the engine runs and the rule table lists."""

from rules import (
    afterwards,
    amounts,
    arithmetic,
    authenticity,
    dates,
    deals,
    evidence_rules,
    kinds_and_tax,
    papers,
    product,
    red_letters,
    reuse,
    scenes,
    suppliers,
    tax_ids,
    titles,
    trips,
)
from rules.rule import Rule

CHAPTERS: tuple[tuple[Rule, ...], ...] = (
    titles.RULES,
    tax_ids.RULES,
    kinds_and_tax.RULES,
    red_letters.RULES,
    amounts.RULES,
    arithmetic.RULES,
    dates.RULES,
    scenes.RULES,
    evidence_rules.RULES,
    authenticity.RULES,
    papers.RULES,
    deals.RULES,
    suppliers.RULES,
    reuse.RULES,
    trips.RULES,
    afterwards.RULES,
    product.RULES,
)
RULES: tuple[Rule, ...] = tuple(sorted((rule for chapter in CHAPTERS for rule in chapter), key=lambda rule: rule.order))
BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}
