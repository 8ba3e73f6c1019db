"""Pages for people: a view parses, calls one service, renders."""

VIEWS = (
    "reimburse.web.sign_in",
    "reimburse.web.home",
    "reimburse.web.claims",
    "reimburse.web.claim_editor",
    "reimburse.web.wallet",
    "reimburse.web.documents",
    "reimburse.web.invoice",
    "reimburse.web.verification",
    "reimburse.web.corrections",
    "reimburse.web.offsets",
    "reimburse.web.suppliers",
    "reimburse.web.review",
    "reimburse.web.batches",
    "reimburse.web.search",
    "reimburse.web.health",
    "reimburse.web.requests",
    "reimburse.web.delegations",
    "reimburse.web.people",
    "reimburse.web.titles",
    "reimburse.web.notices",
    "reimburse.web.password",
    "reimburse.web.jobs",
    "reimburse.web.setup",
    "reimburse.web.help",
)
"""Modules that each define a blueprint ``bp``; ``create_app`` registers them in this order."""
