import re
from datetime import timedelta

import httpx2
import pytest

from router.console.console import Console
from router.model.access import Role
from tests.integration.console.visiting import OWN, browser

MAKING = {"name": "weekly report", "days": "30", "role_reader": "yes", "role_operator": "yes"}


async def made(client: httpx2.AsyncClient, **form: str) -> str:
    answer = await client.post("/access/tokens", data=MAKING | form, headers=OWN)
    assert answer.status_code == 200
    found = re.search(r"frtk_[\w-]{43}", answer.text)
    assert found is not None
    return found[0]


async def status(console: Console, token: str, path: str = "/api/v1/overview") -> int:
    async with browser(console, ()) as program:
        return (await program.get(path, headers={b"authorization": f"Bearer {token}".encode()})).status_code


async def test_a_token_is_shown_once_and_opens_the_api_alone(console: Console) -> None:
    async with browser(console) as client:
        token = await made(client)
        page = (await client.get("/access")).text
        assert token not in page
        assert "weekly report" in page
    assert await status(console, token) == 200
    assert await status(console, token, "/") == 303
    assert await status(console, token, "/api/v1/access") == 403
    for wrong in (token[:-1], f"{token}a", "frtk_", "", token.lower(), "é" * 50, "x" * 10_000):
        assert await status(console, wrong) == 401


async def test_a_program_needs_no_origin_and_is_named_in_the_audit(console: Console) -> None:
    async with browser(console) as client:
        token = await made(client, role_admin="yes")
    async with browser(console, ()) as program:
        bearer = {"authorization": f"Bearer {token}"}
        again = await program.post(
            "/api/v1/access/tokens", json={"name": "other", "role_reader": True}, headers=bearer
        )
        assert again.status_code == 200
        assert again.json()["token"].startswith("frtk_")
        elsewhere = bearer | {"origin": "https://evil.example"}
        assert (await program.post("/api/v1/access/tokens", json={}, headers=elsewhere)).status_code == 403
    entry, first = await console.store.access.entries()
    assert (first.person, first.way) == ("anna", "dev")
    assert entry.person == "anna"
    assert re.fullmatch(r"token [0-9a-f]{8}", entry.way)
    assert token not in str(first)


async def test_a_token_ends_and_is_revoked(console: Console) -> None:
    begun = console.now()
    async with browser(console) as client:
        ending, revoked = await made(client, days="1"), await made(client, name="to be revoked")
        (token,) = [one for one in await console.store.tokens.listed() if one.name == "to be revoked"]
        assert (await client.post(f"/access/tokens/{token.id}/revoke", headers=OWN)).status_code == 303
        assert (await client.post(f"/access/tokens/{token.id}/revoke", headers=OWN)).status_code == 404
    assert await status(console, revoked) == 401
    assert await status(console, ending) == 200
    console.now = lambda: begun + timedelta(days=1, minutes=1)
    assert await status(console, ending) == 401
    assert [one.refused != "" for one in await console.store.access.entries(action="revoke token")] == [
        True,
        False,
        False,
    ]


async def test_nobody_gives_a_role_that_they_do_not_have(console: Console) -> None:
    roles: tuple[Role, ...] = ("admin", "reader")
    async with browser(console, roles) as client:
        token = await made(client)
        only = {"name": "x", "role_operator": "yes"}
        assert (await client.post("/access/tokens", data=only, headers=OWN)).status_code == 400
    (kept,) = await console.store.tokens.listed()
    assert kept.roles == {"reader"}
    assert token.encode() not in kept.hash


@pytest.mark.parametrize(
    "form",
    [
        {"name": " "},
        {"name": "x" * 101},
        {"days": "0"},
        {"days": "367"},
        {"days": "-1"},
        {"days": "9" * 500},
        {"days": "²"},
        {"days": ""},
    ],
)
async def test_tokens_that_cannot_be_meant(console: Console, form: dict[str, str]) -> None:
    async with browser(console) as client:
        assert (await client.post("/access/tokens", data=MAKING | form, headers=OWN)).status_code == 400
    assert await console.store.tokens.listed() == []


async def test_a_token_that_is_sent_counts_and_not_the_cookie_beside_it(console: Console) -> None:
    async with browser(console) as client:
        answer = await client.get("/api/v1/overview", headers={"authorization": "Bearer frtk_nothing"})
        assert answer.status_code == 401


@pytest.mark.parametrize(
    "days", ["0", "367", "00366999999999999999999", "0009000", "9" * 400, "²", "-1", "1.5"]
)
async def test_days_that_no_token_lasts_are_refused(console: Console, days: str) -> None:
    async with browser(console) as client:
        answer = await client.post("/access/tokens", data=MAKING | {"days": days}, headers=OWN)
        assert answer.status_code == 400
        assert "frtk_" not in answer.text


@pytest.mark.parametrize("body", [b'{"name":"\xff"}', b'{"name":"\\ud800"}', b"[" * 100_000, b"{}{}"])
async def test_a_body_that_is_no_json_is_refused(console: Console, body: bytes) -> None:
    async with browser(console) as client:
        headers = OWN | {"content-type": "application/json"}
        answer = await client.post("/api/v1/access/tokens", content=body, headers=headers)
        assert answer.status_code == 400
