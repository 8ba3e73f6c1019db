"""The states of a batch and the one table of its transitions (WORKFLOW, Money)."""

from enum import StrEnum

from reimburse.domain.workflow import IllegalTransition


class BatchState(StrEnum):
    """Where a batch stands. Those that end in -ing are the background's: a batch of thousands takes a while."""

    OPEN = "open"
    FREEZING = "freezing"
    FROZEN = "frozen"
    EXPORTING = "exporting"
    EXPORTED = "exported"
    POSTING = "posting"
    POSTED = "posted"
    REVERSING = "reversing"
    REVERSED = "reversed"


class BatchAction(StrEnum):
    """What moves a batch: a person asks, the background finishes or gives up."""

    FREEZE = "freeze"
    EXPORT = "export"
    POST = "post"
    REVERSE = "reverse"
    FINISH = "finish"
    GIVE_UP = "give_up"


S, A = BatchState, BatchAction
TRANSITIONS: dict[tuple[BatchState, BatchAction], BatchState] = {
    (S.OPEN, A.FREEZE): S.FREEZING,
    (S.FREEZING, A.FINISH): S.FROZEN,
    (S.FREEZING, A.GIVE_UP): S.OPEN,
    (S.FROZEN, A.EXPORT): S.EXPORTING,
    (S.EXPORTING, A.FINISH): S.EXPORTED,
    (S.EXPORTED, A.POST): S.POSTING,
    (S.POSTING, A.FINISH): S.POSTED,
    (S.POSTING, A.GIVE_UP): S.EXPORTED,
    (S.EXPORTED, A.REVERSE): S.REVERSING,
    (S.POSTED, A.REVERSE): S.REVERSING,
    (S.REVERSING, A.FINISH): S.REVERSED,
}
WORKING = frozenset({S.FREEZING, S.EXPORTING, S.POSTING, S.REVERSING})
BOOKED = frozenset({S.EXPORTED, S.POSTING, S.POSTED, S.REVERSING, S.REVERSED})
"""States in which the batch's invoices are booked, or were."""


def next_batch_state(state: BatchState, action: BatchAction) -> BatchState:
    """The state that follows, or IllegalTransition.

    >>> next_batch_state(BatchState.OPEN, BatchAction.FREEZE).value
    'freezing'
    """
    if (state, action) not in TRANSITIONS:
        raise IllegalTransition(f"a batch that is {state} cannot {action}")
    return TRANSITIONS[state, action]
