"""People of one role each beside the one of all roles, whom the link of `--dev` signs in."""

import asyncio
import secrets
from datetime import UTC, datetime
from hashlib import sha256

from playwright.sync_api import StorageState

from router.model.access import Person, Role, Session
from router.settings import load_settings
from router.store import SqlStore
from tests.browser.serving import Site


def people(site: Site, **roles: Role) -> dict[str, StorageState]:
    """The cookies of people with these names and roles, whose sessions have begun.

    It waits by an event loop of its own: call it before a browser is open.
    """
    tokens = {name: secrets.token_urlsafe(32) for name in roles}

    async def begin() -> None:
        store = await SqlStore.open(load_settings(data=site.data).database_url, lanes=1)
        now = datetime.now(UTC)
        try:
            for name, role in roles.items():
                person = Person(name, name.title(), frozenset({role}), "dev")
                key = sha256(tokens[name].encode()).digest()
                await store.access.begin(Session(key, person, now, now))
        finally:
            await store.close()

    asyncio.run(begin())
    return {
        name: {"cookies": [{"name": "feedback-router", "value": token, "url": site.url}]}
        for name, token in tokens.items()
    }
