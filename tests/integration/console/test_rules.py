"""From an idea to live over HTTP, and all that keeps it from going wrong on the way."""

import re

import httpx2
import pytest

from router.authoring.language.load import load_texts
from router.authoring.packing import pack
from router.console.console import Console
from router.model.access import Role
from router.settings.settings import shipped_rules
from tests.integration.console.visiting import OWN, browser
from tests.running.waiting import eventually

ROUTE = "routes/complaint.yaml"
TESTS = "tests/complaint.yaml"
AUTHOR: tuple[Role, ...] = ("author",)
APPROVER: tuple[Role, ...] = ("approver",)


@pytest.fixture
async def loaded(console: Console) -> Console:
    """A console over a database whose service loaded the shipped rules from a directory."""
    directory = shipped_rules()
    texts = {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*.yaml"))
    }
    rules = load_texts(texts)
    await console.store.revisions.load(rules.sha256, pack(texts, rules), console.now())
    return console


async def do(client: httpx2.AsyncClient, path: str, **fields: str) -> httpx2.Response:
    return await client.post(path, data=fields, headers=OWN)


async def asked(client: httpx2.AsyncClient, path: str, **fields: str) -> httpx2.Response:
    return await client.post(f"/api/v1{path}", json=fields, headers=OWN)


async def begun(client: httpx2.AsyncClient) -> str:
    answer = await do(client, "/rules/drafts", rule="ces-after-complaint")
    assert answer.headers["location"] == f"/rules/drafts/1?file={ROUTE.replace('/', '%2F')}"
    return "/rules/drafts/1"


async def text_of(client: httpx2.AsyncClient, draft: str, file: str) -> str:
    found = (await client.get(f"/api/v1{draft}", params={"file": file})).json()
    return str(found["text"])


async def mended(client: httpx2.AsyncClient, draft: str) -> None:
    """Asks six hours later, with the tests that this changes."""
    fields = {"file": ROUTE, "version": "0", "section": "rule/ces-after-complaint", "delay": "6h"}
    assert (await do(client, f"{draft}/form", **fields)).status_code == 303
    tests = (await text_of(client, draft, TESTS)).replace("at: 5h, reason", "at: 22h, reason")
    tests = tests.replace("complaint, at: 2h}", "complaint, at: 6h}")
    assert (await do(client, f"{draft}/save", file=TESTS, text=tests, version="0")).status_code == 303


async def with_effect(client: httpx2.AsyncClient, draft: str) -> None:
    assert (await do(client, f"{draft}/effect")).status_code == 303

    async def computed() -> bool:
        effect = (await client.get(f"/api/v1{draft}")).json()["effect"]
        return effect is not None and not effect["running"]

    await eventually(computed, "the effect is computed")


async def proposed(client: httpx2.AsyncClient) -> str:
    draft = await begun(client)
    await mended(client, draft)
    await with_effect(client, draft)
    answer = await do(client, f"{draft}/propose", message="Ask a little later")
    assert answer.headers["location"] == "/rules/revisions/2"
    return "/rules/revisions/2"


async def test_from_an_idea_to_live_and_back(loaded: Console) -> None:
    async with browser(loaded, AUTHOR, name="ada") as ada, browser(loaded, APPROVER, name="bo") as bo:
        revision = await proposed(ada)
        assert "Ask a little later" in (await bo.get("/rules")).text
        shown = (await bo.get(revision)).text
        assert "delay 2h → 6h" in shown
        assert "Approve and put in force" in shown
        assert (await do(bo, f"{revision}/approve", message="Looks right")).status_code == 303
        course = await loaded.store.revisions.course()
        assert course is not None
        assert (course.live, course.author, course.message) == (2, "bo", "Looks right")
        assert (await do(bo, "/rules/revisions/1/live", message="Complaints")).status_code == 303
        course = await loaded.store.revisions.course()
        assert course is not None
        assert (course.live, course.action, course.message) == (1, "rollback", "Complaints")
        history = (await ada.get("/rules")).text
    assert history.index("Complaints") < history.index("Looks right")
    done = [entry.action for entry in await loaded.store.access.entries()]
    assert done[::-1] == [
        "begin draft", "save draft", "save draft", "propose", "approve", "put in force",
    ]  # fmt: skip


async def test_the_form_changes_one_line_and_a_failing_test_shows_where(loaded: Console) -> None:
    async with browser(loaded, AUTHOR) as ada:
        draft = await begun(ada)
        before = await text_of(ada, draft, ROUTE)
        fields = {"file": ROUTE, "version": "0", "section": "rule/ces-after-complaint", "delay": "6h"}
        await do(ada, f"{draft}/form", **fields)
        assert await text_of(ada, draft, ROUTE) == before.replace("delay: 2h", "delay: 6h")
        verdict = (await ada.get(f"/api/v1{draft}")).json()["verdict"]
        assert not verdict["ready"]
        assert sum(not one["passed"] for one in verdict["tests"]) == 2
        assert "2 of 73 tests fail." in (shown := (await ada.get(draft)).text)
        assert f"{draft}?file=tests/complaint.yaml&amp;line=4#editor" in shown
        assert "effect-begin" not in shown
        assert (await do(ada, f"{draft}/effect")).status_code == 409
        assert (await do(ada, f"{draft}/propose", message="Anyway")).status_code == 409


async def test_a_text_is_checked_as_it_is_typed(loaded: Console) -> None:
    async with browser(loaded, AUTHOR) as ada:
        draft = await begun(ada)
        wrong = (await text_of(ada, draft, ROUTE)).replace("delay: 2h", "delay: 2 ours")
        part = await ada.post(f"{draft}/check?part=verdict", data={"file": ROUTE, "text": wrong}, headers=OWN)
        assert re.search(
            r'data-file="routes/complaint.yaml" data-line="\d+" data-column="\d+" data-severity="error"',
            part.text,
        )
        assert "<html" not in part.text
        offered = await asked(
            ada, f"{draft}/complete", file=ROUTE, text="rules:\n  - id: a\n    del", line="2", column="7"
        )
        assert offered.json()["options"][0]["insert"] == "delay: "
        assert (await loaded.store.drafts.files(1)) == {}


async def test_the_second_of_two_is_told_and_keeps_both_texts(loaded: Console) -> None:
    async with browser(loaded, AUTHOR, name="ada") as ada, browser(loaded, AUTHOR, name="bo") as bo:
        draft = await begun(ada)
        text = await text_of(ada, draft, ROUTE)
        await do(ada, f"{draft}/save", file=ROUTE, text=f"# Ada's\n{text}", version="0")
        told = await do(bo, f"{draft}/save", file=ROUTE, text=f"# <b>Bo's\n{text}", version="0")
        assert told.status_code == 409
        assert "ada saved this file at" in told.text
        assert "# &lt;b&gt;Bo&#39;s" in told.text
        assert '<input type="hidden" name="version" value="1">' in told.text
        again = await do(bo, f"{draft}/save", file=ROUTE, text=f"# Bo's\n{text}", version="1")
        assert again.status_code == 303
        earlier = await bo.get(draft, params={"file": ROUTE, "version": "1"})
        assert "# Ada&#39;s" in earlier.text
        stale = {"file": ROUTE, "version": "1", "section": "rule/ces-after-complaint", "delay": "6h"}
        assert (await do(ada, f"{draft}/form", **stale)).status_code == 409


async def test_nobody_approves_what_they_proposed(loaded: Console) -> None:
    both: tuple[Role, ...] = ("author", "approver")
    async with browser(loaded, both, name="ada") as ada, browser(loaded, both, name=" ADA ") as other:
        revision = await proposed(ada)
        assert "somebody else has to approve it" in (await ada.get(revision)).text
        for client in (ada, other):
            for what in ("approve", "live"):
                assert (await do(client, f"{revision}/{what}", message="Mine")).status_code == 409
    assert await loaded.store.revisions.course() is None
    refused = [entry for entry in await loaded.store.access.entries() if entry.refused]
    assert len(refused) == 4


async def test_the_effect_comes_before_the_proposal_and_is_of_what_is_saved(loaded: Console) -> None:
    async with browser(loaded, AUTHOR) as ada:
        draft = await begun(ada)
        await mended(ada, draft)
        assert (await do(ada, f"{draft}/propose", message="Now")).status_code == 409
        await with_effect(ada, draft)
        tests = await text_of(ada, draft, TESTS)
        await do(ada, f"{draft}/save", file=TESTS, text=f"{tests}\n# more\n", version="1")
        assert (await do(ada, f"{draft}/propose", message="Now")).status_code == 409
        assert (await do(ada, f"{draft}/propose", message=" ")).status_code == 400


async def test_what_came_into_force_meanwhile_is_taken_up_first(loaded: Console) -> None:
    async with browser(loaded, AUTHOR, name="ada") as ada, browser(loaded, APPROVER, name="bo") as bo:
        revision = await proposed(ada)
        late = (await do(ada, "/rules/drafts", name="Late")).headers["location"]
        text = await text_of(ada, late, ROUTE)
        await do(
            ada, f"{late}/save", file=ROUTE, text=text.replace("delay: 2h", "delay: 2h # late"), version="0"
        )
        await do(bo, f"{revision}/approve", message="Yes")
        assert "Revision 2 came into force meanwhile." in (await ada.get(late)).text
        assert (await do(ada, f"{late}/propose", message="Late")).status_code == 409
        taken = await asked(ada, f"{late}/rebase")
        assert taken.json()["result"] == {"base": 2, "both": [ROUTE]}


async def test_a_share_comes_first_and_a_shadow_decides_nothing(loaded: Console) -> None:
    async with browser(loaded, AUTHOR, name="ada") as ada, browser(loaded, APPROVER, name="bo") as bo:
        revision = await proposed(ada)
        await do(bo, "/rules/revisions/1/live", message="Published as it is loaded")
        assert (await do(bo, f"{revision}/shadow", message="Watch")).status_code == 303
        assert (await do(bo, f"{revision}/approve", message="A few", share="10")).status_code == 303
        course = await loaded.store.revisions.course()
        assert course is not None
        assert (course.live, course.rollout, course.share, course.shadow) == (1, 2, 0.1, None)
        assert "Revision 2 decides for 10% of the customers." in (await bo.get("/rules")).text
        assert (await do(bo, "/rules/end", what="rollout", message="Enough")).status_code == 303
        for share in ("0", "101", "nan", "x", "-5"):
            assert (await do(bo, f"{revision}/rollout", message="x", share=share)).status_code == 400


async def test_a_draft_that_is_given_up_stays_to_be_read(loaded: Console) -> None:
    async with browser(loaded, AUTHOR) as ada:
        draft = await begun(ada)
        await do(ada, f"{draft}/give-up")
        assert "It was given up." in (await ada.get(draft)).text
        assert (await do(ada, f"{draft}/save", file=ROUTE, text="rules: []", version="0")).status_code == 409
        assert "ces-after-complaint</a>" not in (await ada.get("/rules")).text


@pytest.mark.parametrize("file", ["../x.yaml", "/etc/passwd", "x.txt", "", "a/../../x.yaml", "%2e%2e/x.yaml"])
async def test_a_file_outside_the_rules_is_none(loaded: Console, file: str) -> None:
    async with browser(loaded, AUTHOR) as ada:
        draft = await begun(ada)
        assert (await do(ada, f"{draft}/save", file=file, text="x", version="0")).status_code == 400
        if file:
            assert (await ada.get(draft, params={"file": file})).status_code == 404


@pytest.mark.parametrize("number", ["0", "99", "x", "-1", "99999999999"])
async def test_a_draft_or_a_revision_that_is_not_there(loaded: Console, number: str) -> None:
    async with browser(loaded, AUTHOR) as ada:
        for path in (f"/rules/drafts/{number}", f"/rules/revisions/{number}"):
            assert (await ada.get(path)).status_code == 404


async def test_texts_from_outside_are_told_as_they_are(loaded: Console) -> None:
    evil = "<script>alert(1)</script>"
    async with browser(loaded, AUTHOR) as ada:
        draft = (await do(ada, "/rules/drafts", name=evil)).headers["location"]
        text = f"rules:\n  - id: '{evil}'\n    evil: \"{evil}\"\n# </textarea>{evil}\n"
        await do(ada, f"{draft}/save", file="routes/evil.yaml", text=text, version="0")
        for path in (draft, "/rules", f"{draft}?file=routes/evil.yaml&line={evil}"):
            shown = (await ada.get(path)).text
            assert evil not in shown
            assert "&lt;script&gt;" in shown


async def test_an_interaction_is_tried_on_a_draft(loaded: Console) -> None:
    event = (
        '{"specversion": "1.0", "id": "i-1", "source": "crm", "type": "complaint.resolved", "time": "2026-11-24T10:00:00Z",'
        ' "data": {"customer_id": "c-1", "case_id": "C1", "channel": "phone"}}'
    )
    async with browser(loaded, AUTHOR) as ada:
        draft = await begun(ada)
        at = f"{draft}/playground"
        tried = await do(ada, f"{at}/try", event=event, consent="email", locale="nl")
        assert tried.status_code == 200
        assert "ces-after-complaint" in tried.text
        told = (await asked(ada, f"{at}/try", event=event, consent="email", locale="nl")).json()
        assert told["customer_id"] == "c-1"
        for wrong in (
            "",
            "{",
            "[]",
            "words",
            '{"specversion": "1.0"}',
            "[" * 100_000,
            event.replace("time", "t"),
        ):
            assert (await do(ada, f"{at}/try", event=wrong)).status_code == 400
        assert (await do(ada, f"{at}/try", event=event, consent="x" * 5_000)).status_code == 400
        assert (await ada.get(at, params={"interaction": "i-1"})).status_code == 403
    async with browser(loaded, ("author", "care")) as both:
        assert (await both.get(at, params={"interaction": "i-1"})).status_code == 404
    assert await loaded.store.reading.journal_size() == 0


async def test_nobody_saves_over_a_version_that_does_not_exist(loaded: Console) -> None:
    async with browser(loaded, AUTHOR) as anna:
        draft = await begun(anna)
        saved = {"file": "routes/new.yaml", "text": "rules: {}\n", "version": "0"}
        assert (await do(anna, f"{draft}/save", **saved)).status_code == 303
        for version in ("2", "99999999"):
            assert (await do(anna, f"{draft}/save", **saved | {"version": version})).status_code == 409
        assert (await do(anna, f"{draft}/save", **saved | {"version": "1"})).status_code == 303


async def test_a_draft_with_an_error_is_no_outage(loaded: Console) -> None:
    async with browser(loaded, AUTHOR) as anna:
        draft = await begun(anna)
        await do(anna, f"{draft}/save", file="routes/new.yaml", text="nonsense", version="0")
        for action in ("effect", "propose"):
            answer = await asked(
                anna, f"{draft}/{action}", **({"message": "x"} if action == "propose" else {})
            )
            assert answer.status_code == 409
            assert "retry-after" not in answer.headers
            assert "routes/new.yaml" in answer.json()["title"]
