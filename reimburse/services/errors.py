"""Why a use case refuses. Both languages, for the person who asked; HTTP status lives in ``web``."""

from reimburse.domain.finding import Text


class Refused(Exception):
    """Not allowed as things stand; ``text`` says why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


class NotFound(Refused):
    """There is no such thing, or this person may not see it."""

    def __init__(self, zh: str = "找不到，或您无权查看。", en: str = "Not found, or not yours to see.") -> None:
        super().__init__(zh, en)


class Stale(Refused):
    """Somebody else was faster."""

    def __init__(
        self, zh: str = "内容已被更改，请刷新后再试。", en: str = "It has changed meanwhile: reload and try again."
    ) -> None:
        super().__init__(zh, en)
