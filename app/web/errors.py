"""Refusals and failures, as pages: a sentence, what was typed, and a way on."""

from __future__ import annotations

import logging

from flask import Flask, g, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.queries.faults import DATABASE_FAULTS
from app.web.echo import typed_words
from workflows.errors import Refused

log = logging.getLogger(__name__)

STATUS = {
    "missing": 404,
    "forbidden": 403,
    "stale": 409,
    "illegal-step": 409,
    "unbound": 409,
    "too-large": 413,
}

SENTENCES = {
    400: ("请求有误", "这个页面没有看懂您的请求。请返回重试。"),
    404: ("没有找到", "没有找到这个页面。请检查网址，或从左侧菜单进入。"),
    405: ("不能这样打开", "这个地址不能直接打开。请从左侧菜单进入。"),
    413: ("文件太大", "上传的文件太大。请删去图片后重新保存，或只上传任务部分。"),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    for fault in DATABASE_FAULTS:
        app.register_error_handler(fault, _database)
    app.register_error_handler(Exception, _broken)


def _page(title: str, sentence: str, status: int) -> tuple[str, int]:
    return (
        render_template(
            "errors/error.html",
            title=title,
            sentence=sentence,
            typed=typed_words(),
            request_id=g.get("request_id", ""),
            status=status,
        ),
        status,
    )


def _refused(refusal: Refused) -> tuple[str, int]:
    status = STATUS.get(refusal.code, 400)
    titles = {403: "没有权限", 404: "没有找到", 409: "需要核对"}
    return _page(titles.get(status, "没有办成"), str(refusal), status)


def _forged(_error: CSRFError) -> tuple[str, int]:
    return _page(
        "页面已过期", "页面打开得太久，为安全起见没有保存。请复制下面的文字，返回刷新页面后再提交。", 400
    )


def _http(error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    title, sentence = SENTENCES.get(code, ("没有办成", "这次操作没有办成，请稍后重试。"))
    return _page(title, sentence, code)


def _database(error: Exception) -> tuple[str, int]:
    log.error("the database failed", extra={"event": "database.failed"}, exc_info=error)
    return _page(
        "暂时保存不了", "数据库暂时不能写入（可能磁盘已满或正在维护）。请复制下面的文字，过几分钟再试。", 503
    )


def _broken(error: Exception) -> tuple[str, int]:
    log.error("a page failed", extra={"event": "page.failed"}, exc_info=error)
    return _page("系统出错了", "系统出了错，已经记录下来。请稍后再试，或把下面的编号告诉管理员。", 500)
