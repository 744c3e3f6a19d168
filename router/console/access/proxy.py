"""Signing in at a reverse proxy: its headers say who it is, and count only from its own addresses."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from router.console.access.ways import roles_of
from router.model.access import Person, Role

_LONGEST: Final = 300


class ByProxy:
    """Every request says who it is, so there are no sessions, and nobody can sign out here."""

    sentence = "Sign in at the proxy that leads here: it did not say who you are."
    button = ""
    address = ""
    keeps_sessions = False

    def __init__(
        self,
        networks: Sequence[IPv4Network | IPv6Network],
        person_header: str,
        groups_header: str,
        by_group: Mapping[str, frozenset[Role]],
    ) -> None:
        self._networks = networks
        self._person = person_header
        self._groups = groups_header
        self._by_group = by_group

    async def person(self, request: Request, now: datetime) -> Person | None:
        """Who the proxy says that it is; None where somebody else says so, or where it is said twice."""
        if not self._from_the_proxy(request):
            return None
        named, grouped = request.headers.getlist(self._person), request.headers.getlist(self._groups)
        # A proxy that adds its header to the one that came along would let anybody be anybody.
        if len(named) != 1 or len(grouped) > 1:
            return None
        name = _text(named[0])
        if not name:
            return None
        groups = [part.strip() for part in _text(grouped[0]).split(",")] if grouped else []
        roles = roles_of(name, groups, self._by_group)
        return Person(name, name, roles, "proxy")

    def _from_the_proxy(self, request: Request) -> bool:
        try:
            address = ip_address(request.client.host if request.client is not None else "")
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._networks)

    def routes(self) -> list[Route]:
        """None: signing in happens elsewhere."""
        return []

    async def sign_out(self, request: Request, answer: Response) -> None:
        """Nothing is kept here that could be forgotten."""


def _text(header: str) -> str:
    """A header as text; empty where it is endless or holds what no name has."""
    try:
        # Starlette reads headers as Latin-1; proxies write UTF-8.
        text = header.encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        return ""
    return text if len(text) <= 20 * _LONGEST and text.isprintable() else ""
