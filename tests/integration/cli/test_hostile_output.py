"""No command prints a sign that could play tricks with a terminal, whatever text from outside it tells."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from router.cli.main import main
from router.model.keys import customer_key
from router.model.signs import escaped, escaped_json
from tests.integration.cli.test_customers import RULES, Kept

CONTROLS = "".join(map(chr, (*range(0x01, 0x20), *range(0x7F, 0xA0))))
FORMATS = (
    "\u00ad\u061c\u070f\u180e\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068"
    "\u2069\ufeff\ufff9\ufffb\ufdd0\ue000\U000e0001\U000e0041\U000f0000\U0010ffff\U0001d173"
)
EVIL = f"a\x1b[31m\x9b31m\u202e{CONTROLS}{FORMATS}é漢"
Said = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    kept = Kept(tmp_path_factory.mktemp("kept"))
    kept.read(
        ("customer.preferences.v1", EVIL, {"consent": {"email": True}, "tier": EVIL, "locale": "en"}),
        (
            "case.closed",
            EVIL,
            {"case_id": EVIL, "agent": EVIL, "channel": EVIL, "said": [EVIL, {EVIL: EVIL}]},
        ),
        (EVIL, EVIL, {"case_id": EVIL}),
    )
    return kept


def clean(capsys: Said) -> str:
    """All that was printed, after it was found to be harmless."""
    out, err = capsys.readouterr()
    bad = sorted({sign for sign in out + err if not sign.isprintable() and sign != "\n"})
    assert bad == []
    return out


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [one for pair in value.items() for part in pair for one in strings(part)]
    if isinstance(value, list):
        return [one for part in value for one in strings(part)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    "command",
    [
        ["customer", "show", EVIL],
        ["customer", "show", f"{EVIL} unknown"],
        ["customer", "erase", EVIL],
        ["customer", "erase", f"{EVIL} unknown", "--yes"],
        ["customer", "set-aside"],
        ["customer", "resume", EVIL],
        ["invitations", "list"],
        ["invitations", "list", "--customer", EVIL],
        ["invitations", "show", EVIL],
        ["why", EVIL],
        ["why", "{case}"],
        ["why", "{own}"],
        ["forecast"],
        ["revisions"],
        ["dlq", "show", EVIL],
        ["events", "send", EVIL],
        ["check", EVIL],
        ["check", "--explain", EVIL],
        ["backtest", EVIL, "--events", EVIL],
        ["diff", EVIL, EVIL],
        ["publish", EVIL, "-m", EVIL],
        [EVIL],
        ["customer", EVIL],
        ["check", "--format", EVIL],
        ["docs", EVIL],
        ["sender", "--to", f"/proc/{EVIL}"],
    ],
    ids=lambda command: escaped(" ".join(command))[:40],
)
def test_no_command_prints_what_a_terminal_obeys(
    kept: Kept, capsys: Said, command: list[str], as_json: bool
) -> None:
    named = [_named(one) for one in command]
    more = ["--json"] if as_json else []
    local = command[0] in ("check", "backtest", "diff", "docs", EVIL) or command[1:2] == [EVIL]
    data = [] if local and command[:2] != ["customer", "show"] else ["--data", str(kept.data)]
    main([*named, *data, *more])
    out = clean(capsys)
    if as_json and out:
        json.loads(out)


def _named(argument: str) -> str:
    """The id of an interaction, where a command names it."""
    return {"{case}": f"case.closed/{EVIL}", "{own}": f"{EVIL}/{EVIL}"}.get(argument, argument)


def test_json_says_the_same_as_before(kept: Kept, capsys: Said) -> None:
    assert kept.run("customer", "show", EVIL, "--json", rules=False) == 0
    shown = json.loads(clean(capsys))
    assert shown["customer_id"] == customer_key(EVIL)
    assert kept.run("why", _named("{case}"), "--json", rules=False) == 0
    assert {_named("{case}"), customer_key(EVIL)} <= set(strings(json.loads(clean(capsys))))


def test_what_comes_from_files_is_harmless_too(
    tmp_path: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = {"specversion": "1.0", "id": EVIL, "source": EVIL, "type": "case.closed", "subject": EVIL,
             "time": "2026-03-02T10:00:00Z", "data": {"case_id": EVIL, "channel": EVIL}}  # fmt: skip
    log = tmp_path / "log.jsonl"
    log.write_text(f"{json.dumps(event)}\n{json.dumps({**event, 'id': 7})}\n", encoding="utf-8")
    rules = tmp_path / "rules"
    rules.mkdir()
    for name, text in RULES.items():
        (rules / name).write_text(text, encoding="utf-8")
    decisions = tmp_path / "decisions.jsonl"
    assert main(["backtest", str(rules), "--events", str(log), "--decisions", str(decisions)]) == 0
    clean(capsys)
    text = decisions.read_text(encoding="utf-8")
    assert text.replace("\n", "").isprintable()
    assert json.loads(text.splitlines()[0])["customer_id"] == customer_key(EVIL)

    main(["diff", str(rules), str(rules), "--events", str(log)])
    clean(capsys)
    for more in ([], ["--json"]):
        with log.open("rb") as stdin, monkeypatch.context() as patched:
            first = io.BytesIO(stdin.readline())
            patched.setattr(sys, "stdin", io.TextIOWrapper(first))
            assert main(["decide", str(rules), *more]) == 0
        clean(capsys)


def test_rule_files_are_told_harmlessly(tmp_path: Path, capsys: Said) -> None:
    odd = "a\x9b31m\u202e\u2066b"
    rules = tmp_path / f"rules{odd}"
    rules.mkdir()
    for name, text in RULES.items():
        (rules / name).write_text(text, encoding="utf-8")
    (rules / f"{odd}.yaml").write_text(
        f'rules: [{{id: "{odd}", wehn: {{type: "{odd}"}}}}]\n', encoding="utf-8"
    )
    (rules / "tests").mkdir()
    (rules / "tests" / "t.yaml").write_text(
        f"tests:\n  - name: {json.dumps('fails ' + odd)}\n    given:\n      customer: {{consent: [email]}}\n"
        f"      events: [{{at: 0h, type: {json.dumps(odd)}}}]\n    expect: [{{survey: ces}}]\n",
        encoding="utf-8",
    )
    for form in ("text", "json", "github", "sarif"):
        main(["check", str(rules), "--format", form])
        assert clean(capsys)
    (rules / f"{odd}.yaml").unlink()
    report = tmp_path / "junit.xml"
    for more in ([], ["--json"], ["--junit", str(report)], ["--coverage"]):
        main(["test", str(rules), *more])
        assert "fails" in clean(capsys)
    assert report.read_text(encoding="utf-8").replace("\n", "").isprintable()


@pytest.mark.parametrize("text", [EVIL, "", "plain", "é漢 \U0001f600", "\x7f", "\\u202e", '"\x9b"', "a\nb"])
def test_escaped_json_is_the_same_value(text: str) -> None:
    encoded = json.dumps({text: [text]}, ensure_ascii=False).encode()
    told = escaped_json(encoded)
    assert json.loads(told) == {text: [text]}
    assert told.decode().isprintable()
