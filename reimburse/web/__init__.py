"""Pages for people: a view parses, calls one service, renders."""

VIEWS = (
    "reimburse.web.sign_in",
    "reimburse.web.home",
    "reimburse.web.search",
    "reimburse.web.health",
    "reimburse.web.people",
    "reimburse.web.titles",
    "reimburse.web.notices",
    "reimburse.web.password",
    "reimburse.web.jobs",
    "reimburse.web.setup",
)
"""Modules that each define a blueprint ``bp``; ``create_app`` registers them in this order."""
