import re
from datetime import timedelta

import httpx2
import pytest

from router.console.access.dev import ByLink
from router.console.access.sessions import IDLE, LONGEST, Sessions
from router.console.addresses import local
from router.console.app import application
from router.console.console import Console
from router.console.guard import LONGEST_BODY
from router.console.page import Action, Done, Page, Shown
from router.console.views.pages import PAGES
from router.console.visit import Visit
from router.model.access import ROLES, Role
from tests.integration.console.visiting import OWN, URL, browser


async def _shown(visit: Visit) -> Shown:
    values = {"words": visit.form.get("words", ""), "spoken": "en", "begin_again": False}
    return Shown("problem.html", values, data={"person": visit.person.id})


async def _done(visit: Visit) -> Done:
    await visit.note("try", visit.form.get("words", ""))
    return Done("/try", said="Done, <b>{}</b>.")


TRY = Page("/try", "Overview", _shown, actions=(Action("/try", _done, "operator", {"words": "any"}),))


def inside(page: Page) -> str:
    return "/api/v1/overview" if page.path == "/" else f"/api/v1{page.path}"


def address(path: str) -> str:
    return re.sub(r"\{(\w+)(:\w+)?\}", "1", path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
async def test_nobody_sees_a_page_or_its_json(console: Console, page: Page) -> None:
    async with browser(console, ()) as client:
        answer = await client.get(address(page.path))
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=")
        assert (await client.get(address(inside(page)))).status_code == 401
        for action in page.actions:
            assert (await client.post(address(action.path), headers=OWN)).status_code == 303
            assert (await client.post(f"/api/v1{address(action.path)}", headers=OWN)).status_code == 401


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_sees_what_it_may_and_no_more(console: Console, role: Role) -> None:
    async with browser(console, (role,)) as client:
        for page in PAGES:
            allowed = page.role in {role, "reader"}
            for path in (address(page.path), address(inside(page))):
                status = (await client.get(path)).status_code
                assert (status == 403) is not allowed, (path, status)
                assert status < 500
            for action in page.actions:
                may = action.role in {role, "reader"}
                for path in (address(action.path), f"/api/v1{address(action.path)}"):
                    status = (await client.post(path, headers=OWN)).status_code
                    assert (status == 403) is not may, (path, status)
                    assert status < 500


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": f"{URL}.evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"authorization": "Bearer nothing"}, 403),
        ({"origin": URL}, 303),
        ({"sec-fetch-site": "same-origin"}, 303),
    ],
)
async def test_another_site_changes_nothing(console: Console, headers: dict[str, str], status: int) -> None:
    async with browser(console, pages=(TRY,)) as client:
        assert (await client.post("/try", headers=headers)).status_code == status
    assert len(await console.store.access.entries()) == (1 if status == 303 else 0)


async def test_what_was_done_is_said_once_and_audited(console: Console) -> None:
    async with browser(console, pages=(TRY,)) as client:
        done = await client.post("/try", data={"words": "one"}, headers=OWN, follow_redirects=True)
        assert "Done, &lt;b&gt;{}&lt;/b&gt;." in done.text
        assert "Done" not in (await client.get("/try")).text
    (entry,) = await console.store.access.entries()
    assert (entry.person, entry.action, entry.about, entry.refused) == ("anna", "try", "one", "")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"words=a&words=b", "application/x-www-form-urlencoded", 400),
        (b"other=a", "application/x-www-form-urlencoded", 400),
        (b"words=%00", "application/x-www-form-urlencoded", 400),
        (b"words=\xff", "application/x-www-form-urlencoded", 400),
        (b"words", "application/x-www-form-urlencoded", 400),
        (b"words=a", "multipart/form-data; boundary=x", 415),
        (b'{"words": "a"}', "application/json", 415),
        (b"x" * (LONGEST_BODY + 1), "application/x-www-form-urlencoded", 413),
        (b"words=%C3%A9+%26", "application/x-www-form-urlencoded", 303),
    ],
)
async def test_forms_that_cannot_be_meant(console: Console, body: bytes, kind: str, status: int) -> None:
    async with browser(console, pages=(TRY,)) as client:
        answer = await client.post("/try", content=body, headers=OWN | {"content-type": kind})
        assert answer.status_code == status


async def test_a_body_without_a_length_that_does_not_end(console: Console) -> None:
    async def endless():  # type: ignore[no-untyped-def]
        while True:
            yield b"a" * 65_536

    async with browser(console, pages=(TRY,)) as client:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        assert (await client.post("/try", content=endless(), headers=OWN | kind)).status_code == 413


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"words": {}}', b"{", b'"words"', b"\xff"])
async def test_json_that_cannot_be_meant(console: Console, body: bytes) -> None:
    async with browser(console, pages=(TRY,)) as client:
        answer = await client.post(
            "/api/v1/try", content=body, headers=OWN | {"content-type": "application/json"}
        )
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"


async def test_every_answer_says_what_a_browser_may_load(console: Console) -> None:
    async with browser(console) as client:
        nonces = set()
        for path in (
            "/",
            "/nope",
            "/api/v1/overview",
            "/sign-in",
            "/assets/console.css",
            "/assets/..%2fapp.py",
        ):
            headers = (await client.get(path)).headers
            policy = headers["content-security-policy"]
            assert policy.startswith(
                "default-src 'none'; object-src 'none'; script-src 'self'; style-src 'self' 'nonce-"
            )
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            nonces.add(policy)
        assert len(nonces) == 6


@pytest.mark.parametrize(
    "path", ["/assets/..%2fapp.py", "/assets/%2e%2e/app.py", "/assets/nothing.css", "/../app.py"]
)
async def test_there_is_no_other_file(console: Console, path: str) -> None:
    async with browser(console) as client:
        assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/?journey=%00", "/a%00b"])
async def test_an_address_with_a_character_that_no_text_has(console: Console, path: str) -> None:
    async with browser(console) as client:
        assert (await client.get(path)).status_code == 400


async def test_in_development_only_this_machine_is_answered(console: Console) -> None:
    async with browser(console) as client:
        for host in ("evil.example", "127.0.0.1.evil.example", ""):
            assert (await client.get("/", headers={"host": host})).status_code == 421
        assert (await client.get("/", headers={"host": "localhost:8090"})).status_code == 200


async def test_the_link_signs_in_once_and_with_a_session_of_its_own(console: Console) -> None:
    link = ByLink(console, Sessions(console.store.access, https=False))
    transport = httpx2.ASGITransport(app=application(console, URL, link))
    async with httpx2.AsyncClient(transport=transport, base_url=URL) as client:
        client.cookies.set("feedback-router", "fixed", domain="127.0.0.1")
        refused = await client.get("/sign-in/link?token=other")
        assert refused.headers["location"] == "/sign-in?failed=yes"
        assert (await client.get("/sign-in?failed=yes")).status_code == 401
        answer = await client.get(f"/sign-in/link?token={link.token}&next=//evil.example")
        assert answer.headers["location"] == "/"
        cookie = answer.headers["set-cookie"]
        assert "fixed" not in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert (await client.get("/")).status_code == 200
        again = await client.get(f"/sign-in/link?token={link.token}")
        assert again.headers["location"] == "/sign-in?failed=yes"
        assert (await client.post("/sign-out", headers=OWN)).status_code == 303
        assert (await client.get("/")).status_code == 303


async def test_over_https_the_cookie_is_for_this_host_alone(console: Console) -> None:
    url = "https://localhost"
    link = ByLink(console, Sessions(console.store.access, https=True))
    transport = httpx2.ASGITransport(app=application(console, url, link))
    async with httpx2.AsyncClient(transport=transport, base_url=url) as client:
        answer = await client.get(f"/sign-in/link?token={link.token}")
        assert answer.headers["set-cookie"].startswith("__Host-feedback-router=")
        assert "Secure" in answer.headers["set-cookie"]
        assert "max-age" in answer.headers["strict-transport-security"]


async def test_a_session_that_is_not_used_ends(console: Console) -> None:
    begun = console.now()
    async with browser(console) as client:
        console.now = lambda: begun + IDLE
        assert (await client.get("/")).status_code == 200
        console.now = lambda: begun + IDLE + IDLE + timedelta(seconds=1)
        assert (await client.get("/")).status_code == 303


async def test_a_session_ends_however_much_it_is_used(console: Console) -> None:
    begun = console.now()
    async with browser(console) as client:
        for hours in (6, 12, 18, 24):
            console.now = lambda hours=hours: begun + timedelta(hours=hours)  # type: ignore[misc]
            assert (await client.get("/")).status_code == 200
        console.now = lambda: begun + LONGEST + timedelta(seconds=1)
        assert (await client.get("/")).status_code == 303


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil", "/\\evil", "https://evil", "evil", "", "/a\nb", "/\t/evil", "\\/evil", "javascript:1"],
)
def test_nobody_is_sent_elsewhere(elsewhere: str) -> None:
    assert local(elsewhere) == "/"
    assert local("/rules?draft=1") == "/rules?draft=1"


async def test_whoever_did_something_signed_out_comes_back_to_the_page(console: Console) -> None:
    async with browser(console, (), pages=(TRY,)) as client:
        for referer, back in (
            (f"{URL}/try?a=1", "%2Ftry%3Fa%3D1"),
            ("https://evil.example/try", "%2F"),
            (f"{URL}//evil.example", "%2F"),
            ("", "%2F"),
            ("http://[", "%2F"),
        ):
            answer = await client.post("/try", headers=OWN | {"referer": referer})
            assert answer.headers["location"] == f"/sign-in?next={back}"


async def test_what_cannot_be_told_says_so_in_its_language(console: Console) -> None:
    async with browser(console) as client:
        wrong = await client.get("/?since=never&lang=nl")
        assert wrong.status_code == 400
        assert '<p class="wrong" lang="en">' in wrong.text
        assert "Begin opnieuw" in wrong.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND"])
async def test_no_other_method_does_anything(console: Console, method: str) -> None:
    async with browser(console) as client:
        for page in PAGES:
            for path in (page.path, inside(page), *(action.path for action in page.actions)):
                assert (await client.request(method, address(path), headers=OWN)).status_code == 405
        for path in ("/", "/sign-out", "/assets/console.css"):
            assert (await client.request(method, path, headers=OWN)).status_code == 405
    assert await console.store.access.entries() == []


async def test_signing_in_and_out_and_what_was_not_allowed_are_in_the_audit(console: Console) -> None:
    link = ByLink(console, Sessions(console.store.access, https=False))
    transport = httpx2.ASGITransport(app=application(console, URL, link))
    async with httpx2.AsyncClient(transport=transport, base_url=URL) as client:
        await client.get(f"/sign-in/link?token={link.token}")
        out = await client.post("/sign-out", headers=OWN)
        assert out.headers["clear-site-data"] == '"storage"'
    async with browser(console, ("reader",)) as client:
        assert (await client.get("/audit")).status_code == 403
    found = [(one.action, one.about, one.why) for one in await console.store.access.entries()]
    assert found == [("not allowed", "GET /audit", "admin"), ("sign out", "", ""), ("sign in", "", "")]


async def test_sessions_of_somebody_are_ended_by_an_administrator(console: Console) -> None:
    async with browser(console, ("reader",), name="ben") as ben, browser(console) as anna:
        assert (await ben.get("/")).status_code == 200
        page = (await anna.get("/access")).text
        assert "ben" in page
        ended = await anna.post(
            "/access/sessions/end", data={"person": "ben"}, headers=OWN, follow_redirects=True
        )
        assert "Sessions ended: 1." in ended.text
        assert (await ben.get("/")).status_code == 303
        assert (await anna.get("/")).status_code == 200
