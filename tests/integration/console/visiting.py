"""A console on an empty SQLite database, and browsers that are signed in to it."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

import httpx2

from router.console.access.dev import ByLink
from router.console.access.sessions import Sessions
from router.console.app import application
from router.console.console import Console
from router.console.page import Page
from router.console.views.pages import PAGES
from router.model.access import ROLES, Person, Role, Session
from router.service.secret import keyed_hash
from router.settings import load_settings
from router.settings.settings import shipped_rules
from router.store import SqlStore, upgrade

URL = "http://127.0.0.1:8090"
OWN = {"origin": URL}


@asynccontextmanager
async def opened(data: Path) -> AsyncIterator[Console]:
    """A console over the database in this directory, which is made or brought to the newest schema."""
    settings = load_settings(data=data, rules=shipped_rules(), console={"sign_in": "dev"})
    await upgrade(settings.database_url)
    store = await SqlStore.open(settings.database_url, lanes=4)
    try:
        yield Console(settings, store, keyed_hash(settings))
    finally:
        await store.close()


@asynccontextmanager
async def browser(
    console: Console, roles: tuple[Role, ...] = ROLES, *, pages: tuple[Page, ...] = PAGES, name: str = "anna"
) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser of somebody with these roles; of nobody where there are none."""
    app = application(console, URL, ByLink(console, Sessions(console.store.access, https=False)), pages)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=URL) as client:
        if roles:
            made = secrets.token_urlsafe(32)
            person, now = Person(name, name.title(), frozenset(roles), "dev"), console.now()
            await console.store.access.begin(Session(sha256(made.encode()).digest(), person, now, now))
            client.cookies.set("feedback-router", made, domain="127.0.0.1")
        yield client
