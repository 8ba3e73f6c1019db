"""Which of many payees are which of many sellers, without comparing each with each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np
from rapidfuzz import fuzz, process

from reimburse.matching.names import LEAST_PREFIX, LEAST_RATIO, Likeness, fold, is_blank, likeness, name_of

Token = tuple[str, str]
Three = tuple[tuple[str, int], ...]
LEAST_ALIKE = 5
"""Shorter names have a ratio of 90 only where they are equal."""


def similar_names(
    payees: Iterable[str], sellers: Iterable[str], aliases: frozenset[tuple[str, str]]
) -> dict[tuple[str, str], Likeness]:
    """Every pair (payee, seller) of which the payee is the seller or similar, or declared an alias."""
    known = sorted({payee for payee in payees if not is_blank(payee)})
    wanted = sorted({seller for seller in sellers if not is_blank(seller)})
    index = NameIndex(known, wanted)
    found = {}
    for seller in wanted:
        for payee in index.near(seller):
            if agreement := likeness(payee, seller):
                found[payee, seller] = agreement
    declared = {(fold(payee), fold(seller)) for payee, seller in aliases}
    return found | _declared(declared, known, wanted, found)


def _declared(
    declared: set[tuple[str, str]], known: Sequence[str], wanted: Sequence[str], found: dict[tuple[str, str], Likeness]
) -> dict[tuple[str, str], Likeness]:
    spelled_payees, spelled_sellers = _by_fold(known), _by_fold(wanted)
    return {
        (payee, seller): Likeness.SIMILAR
        for folded_payee, folded_seller in sorted(declared)
        for payee in spelled_payees.get(folded_payee, ())
        for seller in spelled_sellers.get(folded_seller, ())
        if (payee, seller) not in found
    }


def _by_fold(names: Sequence[str]) -> dict[str, list[str]]:
    spelled = defaultdict(list)
    for name in names:
        spelled[fold(name)].append(name)
    return spelled


class NameIndex:
    """Payees under tokens of which a similar seller has at least one.

    Names with a ratio of 90 share at least 9/11 of the characters of either. Of a name of ``n`` characters that shares
    ``k`` of them with another, the other has at least three among its ``n - k + 3`` rarest: a name is filed under each
    three of those. Names cut short are filed under their first ten characters.
    """

    def __init__(self, payees: Sequence[str], sellers: Sequence[str]) -> None:
        self.frequency = Counter(char for name in {*payees, *sellers} for char in set(name_of(name).core))
        self.filed: dict[Token, list[str]] = defaultdict(list)
        self.by_core: dict[str, list[str]] = defaultdict(list)
        self.cores: dict[Three, list[str]] = defaultdict(list)
        for payee in payees:
            self.by_core[name_of(payee).core].append(payee)
            for token in self.plain_tokens(payee):
                self.filed[token].append(payee)
        for core in self.by_core:
            for three in self._rare(core):
                self.cores[three].append(core)

    def near(self, seller: str) -> list[str]:
        """The payees that may be similar to the seller, in order."""
        near = {payee for token in self.plain_tokens(seller) for payee in self.filed.get(token, ())}
        core = name_of(seller).core
        alike = {other for three in self._rare(core) for other in self.cores.get(three, ())}
        for other in _with_ratio(core, sorted(alike)):
            near.update(self.by_core[other])
        return sorted(near)

    def plain_tokens(self, name: str) -> set[Token]:
        """What equal names, and names cut short, have in common."""
        form = name_of(name)
        starts = {("start", text[:LEAST_PREFIX]) for text in (form.folded, form.core) if len(text) >= LEAST_PREFIX}
        return {("all", fold(name)), ("core", form.core)} | starts

    def _rare(self, core: str) -> Iterator[Three]:
        """Each three of the rarest characters; the second occurrence of one counts as another."""
        if len(core) < LEAST_ALIKE:
            return
        counted: dict[str, int] = {}
        numbered = []
        for char in core:
            counted[char] = time = counted.get(char, 0) + 1
            numbered.append((self.frequency[char], char, time))
        rarest = sorted(numbered)[: len(core) * 2 // 11 + 3]
        yield from combinations([(char, time) for _, char, time in rarest], 3)


def _with_ratio(core: str, others: Sequence[str]) -> Iterator[str]:
    """Those that have a ratio of 90 with this one."""
    if others:
        ratios = process.cdist([core], others, scorer=fuzz.ratio, score_cutoff=LEAST_RATIO)[0]
        yield from (others[position] for position in np.flatnonzero(ratios >= LEAST_RATIO).tolist())
