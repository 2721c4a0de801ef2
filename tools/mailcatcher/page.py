"""The page side: a read-only list of letters and each letter, for the person who tries the demo."""

from datetime import datetime
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, render_template, request
from markupsafe import Markup

from tools.mailcatcher.letters import LINK, Letter, Mailbox

LETTERS_A_PAGE = 100
_CHINA = ZoneInfo("Asia/Shanghai")
_ANCHOR = Markup('<a href="{0}">{0}</a>')
_STRICT = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_CAGED = "sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'"


def serve(mailbox: Mailbox, host: str, port: int) -> WSGIServer:
    """Serve the page from a thread and return the server; port 0 is any free one. Raises OSError."""
    server = make_server(host, port, create_page(mailbox), _Server, _QuietHandler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def create_page(mailbox: Mailbox) -> Flask:
    """The WSGI application over one mailbox."""
    page = Flask(__name__)
    page.add_template_filter(local_time)
    page.add_template_filter(with_links)
    page.after_request(_guarded)

    def letter_or_404(number: int) -> Letter:
        return mailbox.find(number) or abort(404)

    @page.get("/")
    def index() -> str:
        return _list(mailbox.letters())

    @page.get("/letters/<int:number>")
    def letter(number: int) -> str:
        return render_template("letter.html", letter=letter_or_404(number))

    @page.get("/letters/<int:number>/html")
    def body(number: int) -> Response:
        caged = Response(letter_or_404(number).html)
        caged.headers["Content-Security-Policy"] = _CAGED
        return caged

    @page.get("/letters/<int:number>.eml")
    def source(number: int) -> Response:
        return Response(mailbox.source(letter_or_404(number)), mimetype="message/rfc822")

    @page.errorhandler(404)
    def absent(_error: Exception) -> tuple[str, int]:
        return render_template("absent.html"), 404

    return page


def _list(letters: list[Letter]) -> str:
    recipient = request.args.get("to", "")
    chosen = [letter for letter in reversed(letters) if not recipient or recipient in letter.recipients]
    number = max(request.args.get("page", 1, type=int), 1)
    start = (number - 1) * LETTERS_A_PAGE
    return render_template(
        "letters.html",
        letters=chosen[start : start + LETTERS_A_PAGE],
        total=len(chosen),
        recipient=recipient,
        number=number,
        has_older=start + LETTERS_A_PAGE < len(chosen),
    )


def local_time(instant: datetime) -> str:
    """The instant in China's time, as 2025年3月25日（周二） 09:00."""
    local = instant.astimezone(_CHINA)
    return (
        f"{local.year}年{local.month}月{local.day}日（周{'一二三四五六日'[local.weekday()]}） {local:%H:%M}"
    )


def with_links(text: str) -> Markup:
    """The text as safe HTML with its web addresses to click on."""
    pieces = LINK.split(text)
    pieces[1::2] = [_ANCHOR.format(link) for link in pieces[1::2]]
    return Markup("").join(pieces)


def _guarded(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _STRICT)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: letters and addresses never go into a log."""
