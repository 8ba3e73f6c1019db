"""Several at the same moment."""

import threading
from collections.abc import Callable

from flask import Flask

from reimburse.store.db import db


def at_once(app: Flask, *acts: Callable[[], object]) -> list[BaseException | None]:
    """Run these at the same moment, each in a session of its own; what each raised."""
    db.session.remove()
    start, raised = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                act()
            except Exception as error:  # noqa: BLE001
                raised[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised
