"""What was found out about one signature, and how several make one verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from parsers.seal import remarks
from parsers.seal.certificate import Certificate
from parsers.seal.trust import TrustStore
from reimburse.domain.finding import Text
from reimburse.domain.reading import SealResult, SealStatus

TEST_MARKS = ("测试", "test")


@dataclass(slots=True)
class Checked:
    """One signature, checked. Altered parts weigh more than what could not be verified."""

    altered: list[str] = field(default_factory=list)
    doubts: list[Text] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    covered: frozenset[str] = frozenset()
    signer: Certificate | None = None
    signed_at: datetime | None = None
    is_trusted: bool = False

    @property
    def status(self) -> SealStatus:
        """The verdict on this signature alone."""
        if self.altered:
            return SealStatus.ALTERED
        if self.doubts or self.signer is None:
            return SealStatus.UNVERIFIABLE
        return SealStatus.TRUSTED if self.is_trusted else SealStatus.INTACT

    @property
    def is_good(self) -> bool:
        """Whether what it covers is unchanged."""
        return self.status in {SealStatus.TRUSTED, SealStatus.INTACT}

    def blame(self, part: str, why: Text) -> None:
        """Name a part that was changed after signing."""
        if part not in self.altered:
            self.altered.append(part)
        self.notes.append(why)

    def judge_time(self, *, within_seal: bool = True) -> None:
        """Doubt a signature made while its certificate or seal was not valid; note one whose time is not known."""
        if self.signer is None:
            return
        if self.signed_at is None:
            self.notes.append(remarks.NO_TIME)
        elif not within_seal or not self.signer.is_valid_at(self.signed_at):
            self.doubts.append(remarks.OUT_OF_TIME)

    def judge_origin(self, trust: TrustStore, between: Sequence[Certificate], maker: Certificate | None = None) -> None:
        """Trusted where the signer, or the maker who vouches for it in the seal, is; else say what is not known."""
        if self.signer is None:
            return
        if trust.is_pinned(self.signer) or (maker is not None and trust.is_pinned(maker)):
            self.is_trusted = self.signed_at is not None
            self.notes.append(remarks.PINNED)
        elif self._reaches_root(trust, between, maker):
            self.is_trusted = True
            self.notes.append(remarks.CHAINED)
        else:
            self.notes.append(remarks.TEST_ISSUER if _is_test(self.signer) else remarks.UNKNOWN_ISSUER)

    def _reaches_root(self, trust: TrustStore, between: Sequence[Certificate], maker: Certificate | None) -> bool:
        if self.signer is None or self.signed_at is None:
            return False
        both = (self.signer, maker) if maker else (self.signer,)
        at = self.signed_at
        return all(trust.reaches_root(certificate, between, at) for certificate in both)


def result(checked: Sequence[Checked], unprotected: Sequence[str], notes: Sequence[Text]) -> SealResult:
    """One verdict: altered where any part is; else that of the signature that proves most."""
    altered = list(dict.fromkeys(part for one in checked for part in one.altered))
    main = main_of(checked)
    said = [*(note for one in checked for note in (*one.doubts, *one.notes)), *notes]
    if main.is_good and any(not one.is_good for one in checked):
        said.append(remarks.OTHER_UNCHECKED)
    if main.is_good and not altered:
        said += [remarks.NOT_GENUINE, remarks.REVOCATION]
    return SealResult(
        status=SealStatus.ALTERED if altered else main.status,
        signer=main.signer.name if main.signer else None,
        issuer=main.signer.issuer_name if main.signer else None,
        signed_at=instant(main.signed_at),
        altered_parts=tuple(altered),
        unprotected_parts=tuple(unprotected),
        detail=remarks.detail(said),
    )


def main_of(checked: Sequence[Checked]) -> Checked:
    """The signature that counts: a trusted one, else the first intact one, else the first."""
    order = (SealStatus.TRUSTED, SealStatus.INTACT)
    return next((one for status in order for one in checked if one.status is status), checked[0])


def instant(moment: datetime | None) -> str | None:
    """An instant as text in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def _is_test(signer: Certificate) -> bool:
    return any(mark in signer.issuer_name.lower() for mark in TEST_MARKS)
