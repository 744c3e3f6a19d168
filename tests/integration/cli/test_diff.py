"""`diff` as a user calls it: directories, revisions, a log, the journal, bounds, the page."""

import asyncio
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from router.authoring.language.load import load_texts
from router.authoring.publishing import Authorship, Publisher
from router.cli.main import main
from router.decide.batch import Batch, key_of
from router.decode import decode_line
from router.flow.rows import changes_of
from router.rules.in_force import InForce
from router.store import SqlStore, upgrade
from tests.integration.cli.english_heads import ENGLISH_HEAD

NOW = datetime.now(UTC)
SURVEYS = """
surveys:
  nps: {metric: nps, scale: [0, 10], polarity: higher_is_better,
    texts: {en: {question: "Would you recommend us?", low: not likely, high: very likely}}}
"""
POLICY = "consent: {unknown: refuse}\nlocale: {otherwise: en}\nlimits: [{id: any, max: 1, per: 60d}]\n"
RULE = (
    "rules:\n  - {id: ask, when: {type: order.delivered}, send: {survey: nps, channel: email}, delay: 2h}\n"
)
TESTS = """
tests:
  - name: a delivery is asked about
    given:
      customer: {locale: en, consent: [email]}
      events: [{at: 0h, type: order.delivered}]
    expect: [{rule: ask, at: 2h}]
"""
STRICT = RULE.replace("{type: order.delivered}", "{type: order.delivered, event.days_late: {gt: 0}}")


def files(rule: str, **more: str) -> dict[str, bytes]:
    texts = {"rules.yaml": rule, "surveys.yaml": SURVEYS, "policy.yaml": POLICY, **more}
    return {name: text.encode() for name, text in texts.items()}


def directory(path: Path, texts: dict[str, bytes]) -> str:
    path.mkdir()
    for name, text in texts.items():
        (path / name).write_bytes(text)
    return str(path)


@pytest.fixture
def old(tmp_path: Path) -> str:
    return directory(tmp_path / "old", files(RULE))


@pytest.fixture
def new(tmp_path: Path) -> str:
    return directory(tmp_path / "new", files(STRICT, **{"tests.yaml": TESTS}))


def line(kind: str, days_ago: float, customer: str, **data: Any) -> bytes:
    at = NOW - timedelta(days=days_ago)
    members = {"source": "/test", "id": f"{kind}-{days_ago}-{customer}", "type": kind, "time": at.isoformat()}
    return msgspec.json.encode({"specversion": "1.0", "subject": customer, "data": data, **members})


HISTORY = [
    *(line("customer.preferences.v1", 200, f"c-{n}", consent=["email"]) for n in range(7)),
    line("order.delivered", 50, "c-0", days_late=3),
    *(line("order.delivered", 10 - n, f"c-{n}", days_late=n % 2) for n in range(6)),
]


@pytest.fixture
def events(tmp_path: Path) -> str:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(HISTORY))
    return str(path)


@pytest.fixture
def data(tmp_path: Path) -> str:
    """A data directory whose journal holds the history and which has both rule sets as revisions."""
    path = tmp_path / "data"
    path.mkdir()
    asyncio.run(_filled(f"sqlite:///{path}/feedback-router.db"))
    return str(path)


async def _filled(url: str) -> None:
    await upgrade(url)
    store = await SqlStore.open(url)
    try:
        for rule in (RULE, STRICT):
            by = Authorship("ann", "try it", NOW)
            publisher = Publisher(store.revisions, store.reading, await store.revisions.course())
            number = await publisher.propose(await publisher.draft(files(rule), NOW), by)
            await publisher.live(number, by)
        batch = Batch(InForce(load_texts(files(RULE))), {}, set(), event_time=True)
        for text in HISTORY:
            (one,) = decode_line(text, 1, NOW).interactions
            batch.take(one, key_of(one), one.time)
        await store.run(lambda ledger: ledger.save(changes_of(batch, {}, {}, {})))
    finally:
        await store.close()


def told(capsys: pytest.CaptureFixture[str], arguments: Sequence[str]) -> dict[str, Any]:
    assert main(["diff", *arguments, "--json"]) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def test_without_interactions_it_tells_what_changed(
    old: str, new: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", old, new]) == 0
    said = capsys.readouterr()
    assert f"From {old} (old) to {new} (new):" in said.out.replace("\n", " ")
    assert "rule ask: new condition event.days_late is over 0" in said.out
    assert "tests: 1 added" in said.out
    assert main(["diff", old, old]) == 0
    assert "Nothing changed in meaning." in capsys.readouterr().out


def test_a_log_tells_what_it_would_have_done(
    old: str, new: str, events: str, capsys: pytest.CaptureFixture[str]
) -> None:
    effect = told(capsys, [old, new, "--events", events])["effect"]
    assert (effect["interactions"], effect["customers"]) == (14, 7)
    assert effect["invitations"] == {
        "name": "invitations",
        "before": 6,
        "after": 4,
        "difference": -2,
        "percent": -33.3,
    }
    assert (effect["gained"], effect["lost"]) == (0, 2)
    assert "event.days_late must be over 0, but it is 0" in effect["examples"][0]["why"]

    assert main(["diff", old, new, "--events", events]) == 0
    said = capsys.readouterr().out
    assert "The new rules would have sent 4 invitations instead of 6: 2 fewer (-33.3%)." in said
    assert "Invitations by rule" in said
    assert "█" in said


def test_the_journal_counts_from_since_on_and_knows_what_came_before(
    old: str, new: str, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    effect = told(capsys, [old, new, "--journal", "--data", data])["effect"]
    assert effect["interactions"] == 6
    # The consent is 200 days old and still known; c-0 was asked 50 days ago, the limit holds for 60.
    assert (effect["invitations"]["before"], effect["invitations"]["after"]) == (5, 3)
    assert [entry["name"] for entry in effect["refusals"]] == ["no_rule_matched", "shared_limit"]

    effect = told(capsys, [old, new, "--journal", "--since", "365d", "--data", data])["effect"]
    assert (effect["interactions"], effect["invitations"]["before"]) == (14, 6)


def test_revisions_are_named_by_number(data: str, old: str, capsys: pytest.CaptureFixture[str]) -> None:
    report = told(capsys, ["1", "2", "--data", data])
    assert (report["before"], report["after"]) == ("revision 1 (try it)", "revision 2 (try it)")
    assert report["changes"][0]["words"] == ["new condition event.days_late is over 0"]
    assert told(capsys, [old, "1", "--data", data])["changes"] == []
    assert main(["diff", "1", "7", "--data", data]) == 2
    assert "There is no revision 7" in capsys.readouterr().err


@pytest.mark.parametrize(("bound", "code"), [("invitations < -30%", 1), ("invitations:nps < -40%", 0)])
def test_a_bound_ends_a_pipeline(
    old: str, new: str, events: str, bound: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", old, new, "--events", events, "--fail-if", bound]) == code
    said = capsys.readouterr()
    assert "instead of" in said.out
    assert said.err == ("invitations < -30%: it is 6 → 4, -33.33%.\n" if code else "")


@pytest.mark.parametrize(
    ("more", "way_out"),
    [
        (["--fail-if", "invitations > 3"], "add --events or --journal"),
        (["--html", "x.html"], "add --events or --journal"),
        (["--since", "3d"], "add --journal"),
        (["--journal", "--since", "a month"], "write it as 30d"),
        (["--journal", "--events", "x"], "Choose one"),
        (["--events", "no-such-file"], "name a file"),
        (["--events", "-", "--fail-if", "invitations"], "write it as"),
    ],
)
def test_wrong_use_is_one_line_with_the_way_out(
    old: str, new: str, more: list[str], way_out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", old, new, *more]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert way_out in said.err


def test_a_set_that_does_not_load_is_refused_with_its_mistakes(
    old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = directory(tmp_path / "broken", files(RULE.replace("nps", "npz")))
    assert main(["diff", old, broken]) == 2
    assert "R0" in capsys.readouterr().err


def test_lines_that_cannot_be_read_are_told(
    old: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mixed"
    path.write_bytes(b"nonsense\n" + HISTORY[-1])
    assert main(["diff", old, new, "--events", str(path)]) == 0
    assert "1 lines of" not in (said := capsys.readouterr().err)
    assert re.match(r"1 line of \S+ cannot be read and was left out; the first: line 1: not_json", said)
    path.write_bytes(b'{"no": "event"}\n')
    assert main(["diff", old, new, "--events", str(path)]) == 1


def test_the_page_needs_nothing_else_and_is_the_same_twice(
    old: str, new: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events, pages = tmp_path / "events", [tmp_path / "one.html", tmp_path / "two.html"]
    events.write_bytes(line("order.delivered", 3, "<b>&c", days_late=0) + b"\n" + HISTORY[-1])
    policy = {"policy.yaml": "consent: {unknown: allow}\nlocale: {otherwise: en}"}
    with_consent = [
        directory(tmp_path / name, files(rule, **policy)) for name, rule in (("a", RULE), ("b", STRICT))
    ]
    for page in pages:
        assert main(["diff", *with_consent, "--events", str(events), "--html", str(page)]) == 0
    text = pages[0].read_text()
    assert text == pages[1].read_text()
    assert "&lt;b&gt;&amp;c" in text
    assert "<b>&c" not in text
    assert not re.search(r"<script|https?:|url\(|src=|href=", text)
    assert "prefers-color-scheme: dark" in text
    capsys.readouterr()
    options = ["--events", str(events), "--html", str(pages[0]), "--lang", "nl", "--zone", "Asia/Tokyo"]
    assert main(["diff", *with_consent, *options]) == 0
    out = capsys.readouterr().out
    assert "De nieuwe regels hadden 1 uitnodiging verstuurd in plaats van 2: 1 minder (-50%)." in out
    assert "waarom: De nieuwe regel ask past niet: event.days_late moet meer zijn dan 0, maar het is 0" in out
    assert not ENGLISH_HEAD.search(text := pages[0].read_text())
    assert ">geen klantreis<" in text
    assert "klanten die alleen met de oude regels een vraag krijgen" in text
    assert "JST" in text
    assert main(["diff", *with_consent, *options, "--json"]) == 0
    assert '"happened": "At ' in capsys.readouterr().out
    assert main(["diff", old, new, "--events", str(events), "--html", str(tmp_path)]) == 1
    assert "name another file" in capsys.readouterr().err


_GLUE = re.compile(
    r"\b(dropped|asks|unless|comes to|if|and|or|no longer|makes|reads|watches|alerts|new|priority|at least|at most|to|from"
    r"|without|quiet on|added|removed|changed|switched|before|after \w+ of|each|once)\b"
)


@pytest.mark.parametrize("names", [("insurer", "webshop"), ("webshop", "insurer"), ("bank", "utility")])
def test_the_changes_between_whole_sets_are_told_in_dutch(
    names: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in names:
        assert main(["init", str(tmp_path / name), "--example", name]) == 0
    capsys.readouterr()
    assert main(["diff", *(str(tmp_path / name) for name in names), "--lang", "nl"]) == 0
    said = capsys.readouterr().out
    assert " toegevoegd:" in said
    assert " verwijderd:" in said
    for told in said.splitlines()[1:]:
        assert not _GLUE.search(told), told
