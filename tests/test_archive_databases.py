"""The archive on both databases: no false alarm, and each of many changes at once is named."""

from reimburse.services.archive import archive_seals
from reimburse.store.db import db
from tests.archive_stories import archived, problems, shipped_policy, tamper
from tests.databases import server, settings
from tests.test_archive_verify import CHANGES

__all__ = ["server", "settings", "shipped_policy"]
TOGETHER = (
    "an event's actor",
    "an event taken out",
    "a reading put in",
    "a verdict",
    "a decision",
    "an invoice's seller",
    "a line's words",
    "an attachment taken off",
    "a posted entry",
    "a balance",
    "the control totals",
    "a seal",
    "a stored file's size",
)
"""Changes that do not hide one another."""


def test_no_false_alarm_and_every_change_is_named(company: dict[str, int]) -> None:
    batch = archived(company)
    named = {"BATCH": batch.batch_no}
    db.session.remove()
    assert archive_seals.seal() == [1]
    assert archive_seals.seal() == []
    assert problems() == []
    for change in TOGETHER:
        assert tamper(CHANGES[change][0]), change
    found = "\n".join(problems())
    for change in TOGETHER:
        expected = CHANGES[change][1].replace("BATCH", named["BATCH"]).partition("CLAIM")[0]
        assert expected in found, (change, found)
