"""Every row of the catalogue, in its order: what the engine runs and the rule table lists."""

from rules import (
    amounts,
    arithmetic,
    authenticity,
    dates,
    evidence_rules,
    product,
    reuse,
    scenes,
    tax_ids,
    titles,
)
from rules.rule import Rule

CHAPTERS: tuple[tuple[Rule, ...], ...] = (
    titles.RULES,
    tax_ids.RULES,
    amounts.RULES,
    arithmetic.RULES,
    dates.RULES,
    scenes.RULES,
    evidence_rules.RULES,
    authenticity.RULES,
    reuse.RULES,
    product.RULES,
)
RULES: tuple[Rule, ...] = tuple(sorted((rule for chapter in CHAPTERS for rule in chapter), key=lambda rule: rule.order))
BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}
