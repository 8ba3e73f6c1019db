"""The worker process: takes jobs from the queue and runs them within one app, one after the other.

It does not fork: reading happens in a limited child process anyway, and a warm one serves many files.
"""

import logging
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from reimburse.app import open_app
from reimburse.services.invoices import sandboxed
from reimburse.services.operation.queue import QUEUE, connect


def main() -> None:
    """Work until told to stop; the job at hand is finished first."""
    logging.getLogger("rq").setLevel(logging.WARNING)
    app = open_app(Path(os.environ.get("REIMBURSE_DATA", "data")), os.environ)
    connection = connect(app.extensions["settings"])
    with app.app_context():
        queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
        worker = SimpleWorker([queue], connection=connection, serializer=JSONSerializer)
        sandboxed.sandbox().start()
        worker.work(logging_level="WARNING")


def _stop(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    main()
