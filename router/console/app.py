"""The application: all pages, their actions and their JSON, behind the guard."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from router.console import rendering
from router.console.access.dev import OneTimeLink
from router.console.access.sessions import Sessions
from router.console.console import Console
from router.console.front import Front, bare, local
from router.console.guard import Guard
from router.console.page import Action, Page
from router.console.views.pages import PAGES

API: Final = "/api/v1"


def application(
    console: Console, url: str, link: OneTimeLink | None, pages: Sequence[Page] = PAGES
) -> ASGIApp:
    """The console under the public address `url`. With `link` people sign in by it, on this machine alone."""
    https = urlsplit(url).scheme == "https"
    sessions = Sessions(console.store.access, https=https)
    front = Front(console, pages, sessions, https=https)
    routes = [Route("/assets/{name:path}", rendering.asset), *_signing_in(front, link)]
    for page in pages:
        routes += _routes(front, page)
    routes.append(Route("/{rest:path}", front.missing))
    return Guard(Starlette(routes=routes), frozenset({url}), https=https, loopback=link is not None)


def _routes(front: Front, page: Page) -> list[Route]:
    async def show(request: Request) -> Response:
        return await front.page(request, page)

    async def api(request: Request) -> Response:
        return await front.api(request, page)

    inside = f"{API}{page.path}" if page.path != "/" else f"{API}/overview"
    routes = [Route(page.path, show), Route(inside, api)]
    for action in page.actions:
        routes += [
            Route(action.path, _doing(front, page, action, json=False), methods=["POST"]),
            Route(f"{API}{action.path}", _doing(front, page, action, json=True), methods=["POST"]),
        ]
    return routes


def _doing(front: Front, page: Page, action: Action, *, json: bool):  # type: ignore[no-untyped-def]
    async def do(request: Request) -> Response:
        return await front.act(request, page, action, json=json)

    return do


def _signing_in(front: Front, link: OneTimeLink | None) -> list[Route]:
    async def sign_in(request: Request) -> Response:
        return bare(request, "sign-in.html", dev=link is not None)

    async def by_link(request: Request) -> Response:
        person = link.person(request.query_params.get("token", "")) if link is not None else None
        if person is None:
            return bare(request, "sign-in.html", 401, dev=link is not None)
        answer = RedirectResponse(local(request.query_params.get("next", "/")), 303)
        await front.sessions.begin(request, answer, person, front.console.now())
        return answer

    async def sign_out(request: Request) -> Response:
        answer = RedirectResponse("/sign-in", 303)
        await front.sessions.end(request, answer)
        return answer

    routes = [Route("/sign-in", sign_in), Route("/sign-out", sign_out, methods=["POST"])]
    return [*routes, Route("/sign-in/link", by_link)] if link is not None else routes
