"""Chains by SHA-256 or SM3, as the setting says on the day: both verify, in one chain too, and both tell a change."""

from pathlib import Path

import gmssl_pyx
import pytest
from sqlalchemy import select

from reimburse.domain.chain import GENESIS
from reimburse.services.archive import archive_seals
from reimburse.store.archive import SealRow
from reimburse.store.batches import BatchRow
from reimburse.store.db import db, now, transaction
from reimburse.store.events import EventRow, record
from tests.archive_stories import archived, problems, tamper
from tests.conftest import make_company
from tests.test_archive_verify import opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder of an archive whose chains were written by SM3."""
    with opened(tmp_path, archive_digest="sm3"):
        archived(make_company())
        archive_seals.seal()
    return tmp_path


def sm3(text: str) -> str:
    """SM3 by another implementation."""
    return gmssl_pyx.sm3_hash(text.encode()).hex()


def test_every_link_is_what_another_implementation_of_sm3_says(folder: Path) -> None:
    with opened(folder, archive_digest="sm3"):
        before: dict[str, str] = {}
        for event in db.session.scalars(select(EventRow).order_by(EventRow.chain, EventRow.seq)):
            fields = (event.chain, str(event.seq), event.kind, str(event.actor_id), event.at.isoformat(), event.payload)
            link = "\n".join(("sm3", before.get(event.chain, GENESIS), *fields))
            assert (event.algorithm, event.hash) == ("sm3", sm3(link))
            before[event.chain] = event.hash
        assert len(before) >= 10
        assert db.session.scalars(select(SealRow.algorithm)).all() == ["sm3"]
        assert problems() == []


def test_a_setting_that_changes_goes_on_with_the_same_chains(folder: Path) -> None:
    with opened(folder, archive_digest="sha256"):
        with transaction() as session:
            chain = f"batch:{session.scalars(select(BatchRow.id)).one()}"
            record(session, chain, "post", None, now(), {"to": "posted"})
        archive_seals.seal()
        assert problems() == []
        algorithms = select(EventRow.algorithm).where(EventRow.chain == chain).order_by(EventRow.seq)
        assert list(dict.fromkeys(db.session.scalars(algorithms))) == ["sm3", "sha256"]
        assert db.session.scalars(select(SealRow.algorithm).order_by(SealRow.number)).all() == ["sm3", "sha256"]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE expense_lines SET amount_fen = 1", "expense line 1 of claim"),
        ("UPDATE events SET algorithm = 'sha256' WHERE chain = 'claim:1' AND seq = 1", "event 1 of claim"),
        ("UPDATE events SET algorithm = 'md5' WHERE chain = 'claim:1' AND seq = 1", "event 1 of claim"),
        ("UPDATE events SET at = 'never' WHERE chain = 'claim:1' AND seq = 1", "claim"),
        ("UPDATE seals SET algorithm = 'sha256'", "seal 1: changed"),
    ],
)
def test_a_change_is_named_all_the_same(folder: Path, statement: str, named: str) -> None:
    with opened(folder, archive_digest="sm3"):
        assert tamper(statement)
        assert any(named in line for line in problems())
