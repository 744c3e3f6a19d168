"""What the console tells of a question, as a page, as CSV and as JSON, held against the command that is asked the same."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import httpx2

from router.cli.main import main
from router.console.console import Console
from router.model.access import ROLES, Role
from router.service.secret import keyed_hash
from router.settings import load_settings
from router.store import SqlStore
from tests.integration.console.visiting import browser

Said = Callable[[], Any]
Answer = TypeVar("Answer")


class Seen(NamedTuple):
    """An address as a page (its text without tags too), as CSV and as JSON."""

    html: str
    text: str
    csv: str
    json: Any


def options(query: dict[str, str]) -> list[str]:
    """The words of an address as options of a command."""
    return [word for name, value in query.items() for word in (f"--{name}", value)]


def command(said: Said, place: list[str], *words: str) -> Any:
    """What a command prints: JSON as a value, CSV as text."""
    assert main([*words, *place]) == 0, words
    out = said().out
    return json.loads(out) if "--json" in words else out


Asked = list[tuple[str, dict[str, str]]]


def seen(data: Path, rules: Path | None, asked: Asked) -> list[Seen]:
    """Each address as somebody sees it who may see all."""
    return asyncio.run(_each(data, rules, asked, _seen))


def answers(
    data: Path, rules: Path | None, asked: Asked, roles: tuple[Role, ...] = ROLES
) -> list[httpx2.Response]:
    """The answer to each address, for somebody with these roles."""
    return asyncio.run(
        _each(data, rules, asked, lambda client, path, query: client.get(path, params=query), roles)
    )


async def _each(
    data: Path,
    rules: Path | None,
    asked: Asked,
    ask: Callable[[httpx2.AsyncClient, str, dict[str, str]], Awaitable[Answer]],
    roles: tuple[Role, ...] = ROLES,
) -> list[Answer]:
    settings = load_settings(data=data, **({"rules": rules} if rules else {}))
    store = await SqlStore.open(settings.database_url, lanes=4)
    try:
        async with browser(Console(settings, store, keyed_hash(settings)), roles) as client:
            return [await ask(client, path, query) for path, query in asked]
    finally:
        await store.close()


async def _seen(client: httpx2.AsyncClient, path: str, query: dict[str, str]) -> Seen:
    page = await client.get(path, params=query)
    assert page.status_code == 200, page.text
    table = await client.get(path, params=query | {"format": "csv"})
    api = await client.get(f"/api/v1{path}", params=query)
    assert (table.status_code, api.status_code) == (200, 200)
    return Seen(page.text, _text(page.text), table.text, api.json())


def _text(page: str) -> str:
    body = page.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def told_scores(report: Any) -> Iterator[str]:
    """The figures of a score report as a page must show them."""
    for row in report["rows"]:
        if row["point"] is not None:
            yield "{} ({} to {})".format(
                *(rounded(row["measure"], row[end]) for end in ("point", "low", "high"))
            )
        yield f"{row['n']:,}"


def rounded(measure: str, value: float) -> str:
    """A value as it is shown: two places of a mean, one of points and percent."""
    if measure == "top_box":
        return f"{100 * value:.1f} %"
    return f"{value + 0.0:.2f}" if measure == "mean" else f"{value + 0.0:.1f}"
