"""Erase what an archived claim says of people, once the law lets it: its chains still verify, and say so.

Beside each row with personal data stands a salt; the row's digest covers their salted digest. That digest is kept, the
salt goes, and the row is blanked: nobody can try names until one fits. What the files show goes with their bytes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reimburse.domain.personal import commitment, scrubbed
from reimburse.domain.workflow import Role
from reimburse.services.archive import erasable
from reimburse.services.archive.archive_chains import told_by
from reimburse.services.archive.archive_erased import ERASED
from reimburse.services.archive.erasable import Target
from reimburse.services.archive.erased_words import erase_words, remove_written_mails
from reimburse.services.errors import NotFound, Refused
from reimburse.services.invoices.intake import files
from reimburse.services.invoices.pictures import forget
from reimburse.services.outbox import ask, mark_done
from reimburse.store.archive import ErasedFileRow, ErasureRow, PersonalSaltRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, reading, today, transaction
from reimburse.store.events import record
from reimburse.store.kept_digests import Stored, rows_of
from reimburse.store.kept_group import Kept
from reimburse.store.kept_tables import GROUPS
from reimburse.store.people import PersonRow

JOB = "remove_erased"
KEPT: Mapping[str, Kept] = {kept.name: kept for group in GROUPS for kept in group.tables}
Keys = dict[str, list[str]]
"""Keys of rows by table."""


def erase(by: PersonRow, claim_no: str, reason: str) -> int:
    """Erase the personal data of a claim, its invoices, files and payments, and what people were told; the id of it.

    ``Refused`` while it has to be kept or is held. Asked for again, it is that erasure. What another claim needs that
    is still kept stays.
    """
    if Role.FINANCE_HEAD not in by.roles():
        raise NotFound
    if not reason.strip():
        raise Refused("请写明原因。", "Say why.")
    with transaction() as session:
        query = select(ClaimRow).where(ClaimRow.claim_no == claim_no).with_for_update(of=ClaimRow)
        claim = session.scalar(query.execution_options(populate_existing=True))
        if claim is None:
            raise NotFound
        if there := session.scalar(select(ErasureRow.id).where(ErasureRow.claim_id == claim.id)):
            return there
        erasable.refuse_kept(session, claim, today())
        row = ErasureRow(claim_id=claim.id, by_id=by.id, at=now(), reason=reason.strip()[:500], counted={})
        target = erasable.target_of(session, claim)
        told = erase_words(session, claim, target.chains)
        row.counted = _erase(session, target, row, told)
        return row.id


def remove_erased(erasure_id: int, outbox_id: int | None = None) -> int:
    """The job: do away with the bytes of an erasure's files, their pictures, and mails; how many files and mails.

    Again is harmless.
    """
    with reading() as session:
        gone = list(session.scalars(select(ErasedFileRow.sha256).where(ErasedFileRow.erasure_id == erasure_id)))
    for sha256 in gone:
        files().remove(sha256)
        forget(sha256)
    with transaction() as session:
        mails = remove_written_mails(session)
        mark_done(session, outbox_id)
    return len(gone) + mails


def _erase(session: Session, target: Target, row: ErasureRow, told: Mapping[str, int]) -> dict[str, int]:
    """Blank the rows and name the files, each with an event on its chain; how many rows of which table."""
    salts = _salts(session, target)
    algorithms = {told.chain: told.rows for told in told_by(session, sorted(salts), lambda _: None)}
    counted: Counter[str] = Counter()
    said: dict[str, Keys] = {chain: {} for chain in {*salts, *target.files}}
    for chain, of_chain in salts.items():
        for salt in of_chain:
            algorithm = algorithms[chain][salt.table_name][0]
            _blank(session, KEPT[salt.table_name], salt, algorithm)
            said[chain].setdefault(salt.table_name, []).append(salt.row_key)
            counted[salt.table_name] += 1
    row.counted = {**counted, **told} | ({"files": sum(map(len, target.files.values()))} if target.files else {})
    session.add(row)
    session.flush()
    _tell_chains(session, target, row, said)
    return dict(row.counted)


def _tell_chains(session: Session, target: Target, row: ErasureRow, said: Mapping[str, Keys]) -> None:
    for chain, keys in sorted(said.items()):
        gone = target.files.get(chain, [])
        payload = {"erasure": row.id, "reason": row.reason, "erased_rows": keys, "erased_files": gone}
        record(session, chain, ERASED, row.by_id, row.at, payload)
        session.add_all(ErasedFileRow(sha256=sha256, erasure_id=row.id, chain=chain) for sha256 in gone)
    session.flush()
    ask(session, JOB, row.id)


def _salts(session: Session, target: Target) -> dict[str, list[PersonalSaltRow]]:
    """The salts of what is to be erased, by chain; of a chain that others share, only those of the rows named."""
    found: dict[str, list[PersonalSaltRow]] = {}
    query = select(PersonalSaltRow).where(PersonalSaltRow.chain.in_(target.chains), PersonalSaltRow.erased_at.is_(None))
    for salt in session.scalars(query.order_by(PersonalSaltRow.chain, PersonalSaltRow.id)):
        only = target.only.get(salt.chain)
        if only is None or (salt.table_name, salt.row_key) in only:
            found.setdefault(salt.chain, []).append(salt)
    return found


def _blank(session: Session, kept: Kept, salt: PersonalSaltRow, algorithm: str) -> None:
    owner_id = int(salt.chain.rpartition(":")[2])
    row = next((row for row in rows_of(session, kept, [owner_id]) if row.key == salt.row_key), None)
    if row is not None and row.personal:
        salt.digest = commitment(algorithm, salt.salt or "", row.personal)
    salt.salt, salt.erased_at = None, now()
    session.flush()
    if row is not None:
        _write_blanks(session, kept, row)


def _write_blanks(session: Session, kept: Kept, row: Stored) -> None:
    table = kept.table
    parts: Sequence[str] = row.key.split("/")
    where = [column == int(part) for column, part in zip(table.primary_key.columns, parts, strict=True)]
    stands = session.execute(select(*(table.c[name] for name in sorted(kept.personal))).where(*where)).one()
    values = {name: _blanked(kept, name, value) for name, value in stands._mapping.items()}
    session.execute(update(kept.row).where(*where).values(values).execution_options(synchronize_session=False))


def _blanked(kept: Kept, name: str, value: Any) -> Any:
    """What a column holds once it says nothing of people."""
    if isinstance(value, (dict, list)):
        return scrubbed(value)
    return kept.blank.get(name, None if kept.table.c[name].nullable else "")
