"""What the administrator sees of the work in the background: words and things, no names of functions."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reimburse.services.operation.job_words import WORDS
from reimburse.services.outbox import ask
from reimburse.settings import Settings
from reimburse.store.db import now, transaction
from reimburse.store.outbox import OutboxRow
from tests.batch_stories import approved, batch_at
from tests.builders import plain_policy
from workers.jobs import JOBS


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def test_every_job_has_words_in_both_languages() -> None:
    assert WORDS.keys() == JOBS.keys()
    assert all(words.zh and words.en and words.zh != words.en for words in WORDS.values())


def test_the_page_names_the_work_and_the_thing(company: dict[str, int], sign_in: Callable[[str], FlaskClient]) -> None:
    claim = approved(company)
    batch = batch_at(company, "open", claim)
    with transaction() as session:
        for job, thing in (("check_claim", claim.id), ("work_on_batch", batch.id), ("clear_drafts", None)):
            ask(session, job, *(() if thing is None else (thing,)))
        left = OutboxRow(job="of_old", args=[7], created_at=now(), due_at=now(), attempts=9, error="ValueError: broken")
        left.failed_at = now()
        session.add(left)
    page = sign_in("admin").get("/jobs").text
    named = (
        "检查报销单",
        claim.claim_no,
        "处理批次",
        batch.batch_no,
        "清理过期草稿",
        "未知任务（of_old）",
        "ValueError",
    )
    assert [text for text in named if text not in page] == []
    assert [name for name in JOBS if name in page] == []
    assert (page.count("等待读取"), page.count("读取失败"), "从未校验" in page, "never verified" in page) == (
        0,
        0,
        True,
        False,
    )
