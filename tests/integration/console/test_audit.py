from router.console.console import Console
from tests.integration.console.visiting import OWN, browser


async def test_erasing_is_asked_twice_and_named_by_a_hash(console: Console) -> None:
    form = {"customer": "C-1", "again": "C-1", "why": "asked for it by letter"}
    async with browser(console) as client:
        for wrong in ({"again": "C-2"}, {"customer": "", "again": ""}, {"why": " "}, {"why": "x" * 501}):
            assert (await client.post("/erase", data=form | wrong, headers=OWN)).status_code == 400
        assert await console.store.access.entries() == []

        unknown = await client.post("/erase", data=form, headers=OWN)
        assert unknown.status_code == 404
        marked = await client.post(
            "/erase", data=form | {"unknown": "yes"}, headers=OWN, follow_redirects=True
        )
        assert "marked as erased" in marked.text

        found = await client.get("/api/v1/audit?customer=C-1&action=erase customer")
        assert [(one["why"], one["refused"]) for one in found.json()] == [
            ("asked for it by letter", ""),
            ("asked for it by letter", "UnknownCustomer"),
            ("asked for it by letter", ""),
        ]
        assert "C-1" not in found.text
        assert (await client.get("/api/v1/audit?customer=C-2&action=erase customer")).json() == []


async def test_the_audit_is_read_in_parts_and_as_a_table(console: Console) -> None:
    async with browser(console) as client:
        for _ in range(103):
            await client.get("/api/v1/audit?limit=1")
        page = await client.get("/audit")
        assert page.text.count("read audit") == 100
        assert "Earlier entries" in page.text
        first = (await client.get("/api/v1/audit")).json()
        rest = (await client.get(f"/api/v1/audit?before={first[-1]['seq']}")).json()
        assert first[-1]["seq"] == rest[0]["seq"] + 1
        lines = (await client.get("/audit?format=csv")).text.splitlines()
        assert lines[0].startswith("seq,at,person,way,action,about,customer")
        assert len(lines) > 100
        for wrong in ("x", "-1", "9" * 30):
            assert (await client.get(f"/audit?before={wrong}")).status_code == 400


async def test_what_somebody_wrote_stands_there_as_text(console: Console) -> None:
    async with browser(console, name="<script>alert(1)</script>") as client:
        page = (await client.get("/audit?person=%22%3E%3Cscript%3E&since=2026-01-01")).text
        assert "<script>alert" not in page
        assert '"><script>' not in page
