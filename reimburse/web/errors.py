"""What a refusal looks like; the only place where it gets an HTTP status.

A form that was refused comes back on its page, with the reason and what was typed; all else gets a page of its own.
"""

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DataError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from reimburse.domain.finding import Text
from reimburse.domain.workflow import IllegalTransition
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.web.language import say
from reimburse.web.refused_forms import page_again

WORDS = {
    400: Text("请求有误，请返回后重试。", "The request was not understood: go back and try again."),
    403: Text("您没有权限打开此页。", "You may not open this page."),
    404: Text("找不到此页。", "There is no such page."),
    413: Text("文件太大。", "The file is too large."),
    500: Text("系统出错，已记录。您的数据没有丢失。", "Something broke and was recorded; none of your data is lost."),
}
FORBIDDEN = 403
TOO_LONG = Text("有一项内容过长或无法保存，请改短后重试。", "A text is too long or cannot be stored: shorten it.")


def register(app: Flask) -> None:
    """Show every refusal and error as a page in the reader's language."""
    app.register_error_handler(NotFound, lambda refused: _page(refused.text, 404))
    app.register_error_handler(Stale, lambda refused: _page(refused.text, 409))
    app.register_error_handler(Refused, lambda refused: _page(refused.text, 422))
    app.register_error_handler(IllegalTransition, lambda _: _page(Stale().text, 409))
    app.register_error_handler(StaleDataError, lambda _: _page(Stale().text, 409))
    app.register_error_handler(OverflowError, lambda _: _page(NotFound().text, 404))
    app.register_error_handler(DataError, lambda _: _page(TOO_LONG, 422))
    app.register_error_handler(HTTPException, _http)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    return _page(WORDS.get(status, Text(error.description or "", error.description or "")), status)


def _page(text: Text, status: int) -> ResponseReturnValue:
    again = page_again(say(text), status) if status != FORBIDDEN else None
    if again:
        return again
    return render_template("error.html", message=say(text), status=status), status
