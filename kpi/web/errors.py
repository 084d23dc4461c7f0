"""Errors become answers: JSON where a program asks, a page where a person does. Nothing internal leaks."""

from __future__ import annotations

import logging

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from kpi.core.errors import BadInput, KpiError
from kpi.core.text import t

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    app.register_error_handler(KpiError, _on_purpose)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, told)
    app.register_error_handler(RecursionError, _too_deep)
    app.register_error_handler(Exception, _unforeseen)


def _on_purpose(error: KpiError) -> ResponseReturnValue:
    problems = [problem.as_dict() for problem in error.problems] if isinstance(error, BadInput) else []
    return _answer(error.status, error.message, problems)


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return _answer(400, t("页面已过期，请刷新后重试；刚才的内容没有保存。"))


def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    return _answer(413, t("文件过大，请压缩或拆分后再上传。"))


def _too_deep(_error: RecursionError) -> ResponseReturnValue:
    """JSON of brackets within brackets within brackets."""
    return _answer(422, t("请求的内容有误。"))


_WORDS = {
    404: "没有这个页面或内容，请检查网址，或返回首页。",
    405: "不支持这种请求方式。",
}


def told(error: HTTPException) -> ResponseReturnValue:
    """An HTTP error in our own words."""
    code = error.code or 500
    if code < 400:
        return error.get_response()
    return _answer(code, t(_WORDS[code]) if code in _WORDS else t("请求无法处理（{code}）。", code=code))


def _unforeseen(error: Exception) -> ResponseReturnValue:
    log.exception("unforeseen error on %r", request.path)  # quoted: a path may hold line ends
    return _answer(500, t("系统出错，刚才的内容没有保存。请稍后再试；如仍出现，请告知管理员。"))


def _answer(status: int, message: str, problems: list[dict[str, object]] | None = None) -> ResponseReturnValue:
    if _wants_page():
        return render_template("error.html", status=status, message=message), status
    return {"error": {"status": status, "message": message, "problems": problems or []}}, status


def _wants_page() -> bool:
    return "text/html" in request.headers.get("Accept", "") and not request.path.startswith(("/api/", "/_dash"))
