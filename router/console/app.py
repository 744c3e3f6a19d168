"""The application: all pages, their actions and their JSON, behind the guard."""

from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from router.console import rendering
from router.console.access.dev import ByLink
from router.console.access.oidc import CALLBACK, WithProvider
from router.console.access.proxy import ByProxy
from router.console.access.sessions import Sessions
from router.console.access.ways import SignIn
from router.console.addresses import local
from router.console.console import Console
from router.console.filters import Filters
from router.console.front import Front, bare
from router.console.guard import Guard
from router.console.openapi import API, document, inside
from router.console.page import Action, Page
from router.console.views.pages import PAGES
from router.settings import SettingsError
from router.settings.console import ConsoleSettings


def application(console: Console, url: str, way: SignIn, pages: Sequence[Page] = PAGES) -> ASGIApp:
    """The console under the public address `url`, where people sign in by `way`."""
    https = urlsplit(url).scheme == "https"
    front = Front(console, pages, way, https=https)
    routes = [Route("/assets/{name:path}", rendering.asset), *_signing_in(way)]
    for page in pages:
        routes += _routes(front, page)
    described = document(pages, url)

    async def describe(request: Request) -> Response:
        return await front.described(request, described)

    routes += [Route(f"{API}/openapi.json", describe), Route("/{rest:path}", front.missing)]
    loopback = console.settings.console.sign_in == "dev"
    return Guard(Starlette(routes=routes), frozenset({url}), https=https, loopback=loopback)


def way_in(console: Console, url: str) -> SignIn:
    """How people sign in, as the settings have it. Raises `SettingsError` where they do not say it."""
    settings = console.settings.console
    sessions = Sessions(console.store.access, https=urlsplit(url).scheme == "https")
    match settings.sign_in:
        case "dev":
            return ByLink(console, sessions)
        case "proxy":
            if not settings.proxy_networks:
                raise SettingsError(
                    "ROUTER_CONSOLE__PROXY_ADDRESSES: is not set, and without it anybody could say who they are; name the"
                    " addresses of the reverse proxy"
                )
            _require_groups(settings)
            headers = settings.proxy_person_header, settings.proxy_groups_header
            return ByProxy(settings.proxy_networks, *headers, settings.roles_by_group)
        case "oidc":
            if settings.oidc_issuer is None or settings.oidc_client_id is None or settings.public_url is None:
                raise SettingsError(
                    "ROUTER_CONSOLE__OIDC_ISSUER, ROUTER_CONSOLE__OIDC_CLIENT_ID and ROUTER_CONSOLE__PUBLIC_URL: are all"
                    f" needed to sign in with a provider, which leads back to PUBLIC_URL{CALLBACK}"
                )
            _require_groups(settings)
            return WithProvider(console, sessions, url)
        case None:
            raise SettingsError(
                "ROUTER_CONSOLE__SIGN_IN: is not set, so nobody could sign in; choose oidc or proxy, or try it on this"
                " machine with `feedback-router console --dev`"
            )


def _require_groups(settings: ConsoleSettings) -> None:
    if not settings.roles_by_group:
        raise SettingsError(
            "ROUTER_CONSOLE__GROUPS: is not set, so nobody would have a role; say which group has which, such as"
            ' {"cx-team": "reader analyst"}'
        )


def _routes(front: Front, page: Page) -> list[Route]:
    async def show(request: Request) -> Response:
        return await front.page(request, page)

    async def api(request: Request) -> Response:
        return await front.api(request, page)

    routes = [Route(page.path, show), Route(inside(page), api)]
    for action in page.actions:
        routes += [
            Route(action.path, _doing(front, page, action, json=False), methods=["POST"]),
            Route(f"{API}{action.path}", _doing(front, page, action, json=True), methods=["POST"]),
        ]
    return routes


def _doing(
    front: Front, page: Page, action: Action, *, json: bool
) -> Callable[[Request], Awaitable[Response]]:
    async def do(request: Request) -> Response:
        return await front.act(request, page, action, json=json)

    return do


def _signing_in(way: SignIn) -> list[Route]:
    async def sign_in(request: Request) -> Response:
        address = Filters().address(way.address, next=local(request.query_params.get("next", "/")))
        failed = "failed" in request.query_params
        shown = {"way": way, "address": address, "failed": failed}
        return bare(request, "sign-in.html", 401 if failed else 200, **shown)

    async def sign_out(request: Request) -> Response:
        answer = RedirectResponse("/sign-in", 303)
        await way.sign_out(request, answer)
        return answer

    return [Route("/sign-in", sign_in), Route("/sign-out", sign_out, methods=["POST"]), *way.routes()]
