"""A server on this machine that answers as Baidu's documentation says."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = {"access_token": "token-1", "expires_in": 2592000, "scope": "public", "session_key": "x"}


def verified(sign: str = "N", result: str = "0001", **more: Any) -> dict[str, Any]:
    """A reply with this result, shaped as the recorded one."""
    words = {
        "SellerName": "示例酒店管理有限公司",
        "AmountInFiguers": "100.00",
        "CommodityName": [{"row": "1", "word": "住宿"}],
    }
    head = {"log_id": 1, "words_result_num": 40, "VerifyResult": result, "VerifyMessage": "查验成功发票一致"}
    return {**head, "VerifyFrequency": "1", "InvalidSign": sign, "words_result": words, **more}


def refused(code: int, message: str = "refused") -> dict[str, Any]:
    """A transport error."""
    return {"log_id": 2, "error_code": code, "error_msg": message}


class Platform:
    """What the server is to answer, one reply a query (the last one again and again), and what it was asked."""

    def __init__(self, *replies: Any, tokens: tuple[Any, ...] = (TOKEN,)) -> None:
        self.replies, self.tokens = list(replies), list(tokens)
        self.queries: list[dict[str, str]] = []
        self.used_tokens: list[str] = []
        self.keys: list[dict[str, str]] = []
        self.url = ""

    def reply(self, path: str, form: dict[str, str]) -> Any:
        """The reply to one request."""
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/oauth/2.0/token":
            self.keys.append(query)
            return self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
        assert parts.path == "/rest/2.0/ocr/v1/vat_invoice_verification"
        self.queries.append(form)
        self.used_tokens.append(query["access_token"])
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextmanager
def serving(platform: Platform) -> Iterator[Platform]:
    """Run the server within the block. A reply that is bytes is sent as it is, a number is an HTTP status."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
            reply = platform.reply(self.path, form)
            status = reply if isinstance(reply, int) else 200
            data = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    platform.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
