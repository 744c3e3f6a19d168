"""From a request to an answer: who it is, whether they may, what they get, and what they are told where that fails."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from router.console import rendering
from router.console.access.tokens import bearer
from router.console.access.ways import SignIn
from router.console.addresses import local
from router.console.console import Console
from router.console.faults import status_of
from router.console.filters import Filters
from router.console.forms import fields
from router.console.page import Action, Done, Page, Shown
from router.console.problems import NotAllowed, NotThere, Problem, SignedOut
from router.console.speech import cookie, spoken, translated
from router.console.visit import Visit
from router.model.access import Role
from router.policy.hours import own_zone
from router.telemetry.logs import traced
from router.words.voice import Language, Voice

log = structlog.get_logger(__name__)

_FAULT: Final = 500
_YEAR: Final = 365 * 86_400
_SAID_SECONDS: Final = 60
_LONGEST_SAID: Final = 1_000
_RETRY_SECONDS: Final = "5"
_PROBLEM: Final = Page("", "Something is wrong", show=lambda _visit: _nothing())


async def _nothing() -> Shown:
    return Shown("problem.html")


class Front:
    """Answers for all pages."""

    def __init__(self, console: Console, pages: Sequence[Page], way: SignIn, *, https: bool) -> None:
        self.console = console
        self.pages = pages
        self.way = way
        self._https = https
        self._said = "__Host-said" if https else "said"

    async def page(self, request: Request, page: Page) -> Response:
        """The page as HTML, or its table as CSV."""

        async def work(visit: Visit) -> Response:
            shown = await page.show(visit)
            form = request.query_params.get("format", "html")
            if form == "csv":
                return rendering.csv(page, shown.csv)
            if form != "html":
                raise Problem("There is no format {form}: html, csv, and JSON below /api/v1.", form=form)
            said, part = self._what_was_said(request), request.query_params.get("part")
            answer = rendering.html(visit, self.pages, page, shown, said=said, part=part)
            if said and part is None:
                answer.delete_cookie(self._said, path="/", secure=self._https, httponly=True, samesite="lax")
            return answer

        return await self._answered(request, page, page.role, work, json=False)

    async def api(self, request: Request, page: Page) -> Response:
        """The same as JSON."""

        async def work(visit: Visit) -> Response:
            shown = await page.show(visit)
            return rendering.json(shown.data, shown.status)

        return await self._answered(request, page, page.role, work, json=True)

    async def act(self, request: Request, page: Page, action: Action, *, json: bool) -> Response:
        """Does something, and goes on at a page, or answers with JSON."""

        async def work(visit: Visit) -> Response:
            visit.form = await fields(request, action, json=json)
            try:
                done = await action.do(visit)
            except Exception as error:
                expected = isinstance(error, Problem) or status_of(error) is not None
                await visit.note_refused(error, expected=expected)
                raise
            if visit.noted is None and not action.quiet:
                raise RuntimeError(f"{action.path} wrote nothing to the audit")
            if isinstance(done, Shown):
                if json:
                    return rendering.json(done.data, done.status)
                return rendering.html(visit, self.pages, page, done, part=request.query_params.get("part"))
            if json:
                return rendering.json({"said": done.said, "result": done.data})
            return self._went_on(done)

        return await self._answered(request, page, action.role, work, json=json)

    async def described(self, request: Request, document: object) -> Response:
        """The description of the API."""

        async def work(_visit: Visit) -> Response:
            return rendering.json(document)

        return await self._answered(request, _PROBLEM, "reader", work, json=True)

    async def missing(self, request: Request) -> Response:
        """There is no such page."""

        async def work(_visit: Visit) -> Response:
            raise NotThere("There is no such page.")

        json = request.url.path.startswith("/api/")
        return await self._answered(request, _PROBLEM, "reader", work, json=json)

    async def _answered(
        self,
        request: Request,
        page: Page,
        role: Role,
        work: Callable[[Visit], Awaitable[Response]],
        *,
        json: bool,
    ) -> Response:
        visit = None
        try:
            visit = await self._visit(request)
            visit.require(role)
            visit.filters = Filters.read(request.query_params)
            answer = await work(visit)
        except SignedOut as error:
            if json:
                return rendering.problem(401, str(error))
            return RedirectResponse(Filters().address("/sign-in", next=_where_from(request)), 303)
        except NotAllowed as error:
            if visit is not None:
                await visit.note("not allowed", f"{request.method} {page.path}", why=str(error.parts["role"]))
            answer = self._told(request, visit, page, error, json=json)
        except Exception as error:  # noqa: BLE001 - whoever asked gets an answer, and the log has the fault
            answer = self._told(request, visit, page, error, json=json)
        if (asked := request.query_params.get("lang")) in ("en", "nl"):
            answer.set_cookie(
                cookie(https=self._https),
                asked or "",
                _YEAR,
                path="/",
                secure=self._https,
                httponly=True,
                samesite="lax",
            )
        return answer

    async def _visit(self, request: Request) -> Visit:
        now, given = self.console.now(), request.headers.get("authorization")
        if given is not None and request.url.path.startswith("/api/"):
            # Who sends a token means it: a cookie that came along does not count.
            person = await bearer(self.console.store.tokens, given, now)
        else:
            person = await self.way.person(request, now)
        if person is None:
            raise SignedOut
        book = await self.console.rules()
        voice = Voice(language_of(request), own_zone(book.now.policy))
        return Visit(self.console, request, person, voice, book, signs_out=self.way.keeps_sessions)

    def _told(
        self, request: Request, visit: Visit | None, page: Page, error: Exception, *, json: bool
    ) -> Response:
        """What went wrong, in words that hold no data of anybody."""
        language = language_of(request)
        status, words = status_of(error) or _FAULT, str(error)
        if isinstance(error, NotAllowed):
            status = error.status
            role = str(error.parts["role"]) if json else translated(language, str(error.parts["role"]), {})
            words = translated("en" if json else language, error.english, {"role": role})
        elif isinstance(error, Problem):
            status = error.status
            words = str(error) if json else translated(language, error.english, error.parts)
        elif status == _FAULT:
            # The route, never the address: that may name a customer.
            log.error("console_fault", route=page.path, error=type(error).__name__, where=traced(error))
            words = translated(
                "en" if json else language,
                "The console made a mistake, which is in its log. Nothing was lost.",
                {},
            )
        answer: Response
        if json:
            answer = rendering.problem(status, words)
        elif visit is None:
            answer = bare(request, "bare.html", status, words=words)
        else:
            # What commands tell as well is told in English.
            ours = isinstance(error, Problem) or status == _FAULT
            values = {
                "words": words,
                "spoken": language if ours else "en",
                "begin_again": request.method == "GET" and bool(request.url.query) and status < _FAULT,
            }
            shown = Shown("problem.html", values, status=status)
            answer = rendering.html(visit, self.pages, _PROBLEM, shown)
        if status == 503:
            answer.headers["retry-after"] = _RETRY_SECONDS
        return answer

    def _went_on(self, done: Done) -> Response:
        answer = RedirectResponse(local(done.to), 303)
        if done.said:
            said = base64.urlsafe_b64encode(done.said[:_LONGEST_SAID].encode()).decode()
            answer.set_cookie(
                self._said, said, _SAID_SECONDS, path="/", secure=self._https, httponly=True, samesite="lax"
            )
        return answer

    def _what_was_said(self, request: Request) -> str:
        try:
            return base64.urlsafe_b64decode(request.cookies.get(self._said, "")).decode()
        except (binascii.Error, ValueError):
            return ""


def _where_from(request: Request) -> str:
    """The page that somebody wanted, or on which they did something."""
    wanted = urlsplit(str(request.url))
    if request.method != "GET":
        try:
            wanted = urlsplit(request.headers.get("referer", ""))
        except ValueError:
            return "/"
        if wanted.netloc != request.headers.get("host"):
            return "/"
    return local(wanted.path + (f"?{wanted.query}" if wanted.query else ""))


def bare(request: Request, template: str, status: int = 200, **values: object) -> Response:
    """A page without a menu, for somebody who is not signed in."""
    language: Language = language_of(request)
    shown = rendering.templates().get_template(template)
    told = {"t": lambda english, **parts: translated(language, english, parts), "language": language}
    return HTMLResponse(shown.render(**told, **values), status_code=status)


def language_of(request: Request) -> Language:
    """The language of the answer."""
    accepted = request.headers.get("accept-language", "")
    kept = request.cookies.get(cookie(https=True)) or request.cookies.get(cookie(https=False))
    return spoken(request.query_params.get("lang"), kept, accepted)
