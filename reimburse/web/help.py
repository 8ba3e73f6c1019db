"""Help: questions and answers, and a page for each rule."""

from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from reimburse.services.policy import policies
from reimburse.web.access import login_required
from reimburse.web.help_topics import TOPICS, Topic
from reimburse.web.policy_words import unit_word
from rules import table
from rules.catalogue import BY_CODE
from rules.parameter_text import shown

bp = Blueprint("help", __name__, url_prefix="/help")


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """Everything, or what holds the words."""
    words = request.args.get("q", "").strip().lower()
    rules = [row for row in table.rows(policies.in_force()) if _rule_holds(row, words)]
    topics = [topic for topic in TOPICS if _topic_holds(topic, words)]
    return render_template("help/index.html", topics=topics, rules=rules, q=words)


@bp.get("/rules/<code>")
@login_required
def rule(code: str) -> ResponseReturnValue:
    """One rule: what it asks, by which clause, with which numbers, how it is mended."""
    row = next((row for row in table.rows(policies.in_force()) if row["code"] == code), None)
    if row is None:
        abort(404)
    known = BY_CODE[code]
    told = [BY_CODE[other] for other in known.told_by]
    values = {item["name"]: shown(getattr(policies.in_force().parameters, item["name"])) for item in row["parameters"]}
    return render_template(
        "help/rule.html", rule=row, told=told, example=table.example_of(known), values=values, unit_word=unit_word
    )


def _rule_holds(row: dict[str, Any], words: str) -> bool:
    return words in f"{row['code']} {row['title']} {row['title_en']} {row['clause']}".lower()


def _topic_holds(topic: Topic, words: str) -> bool:
    both = (topic.question, topic.answer)
    return any(words in text.zh.lower() or words in text.en.lower() for text in both)
