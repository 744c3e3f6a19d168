"""The commands `check` and `schema`."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from router.authoring.language.schema import schema_text
from router.cli.main import main
from tests.integration.cli.journaled import journaled

RULES = """rules:
  - id: a
    when: {type: order.placed, event.note: yes}
    send: {survey: nps, channel: email}
    delay: 2 hours
"""
SURVEYS = """surveys:
  nps:
    metric: nps
    scale: [0, 10]
    polarity: higher_is_better
    texts: {en: {question: "Would you recommend us?", low: unlikely, high: likely}}
"""


POLICY = "locale: {otherwise: en}\n"


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    (tmp_path / "a,b.yaml").write_text(RULES)
    (tmp_path / "surveys.yaml").write_text(SURVEYS)
    (tmp_path / "policy.yaml").write_text(POLICY)
    return tmp_path


@pytest.fixture
def warned(wrong: Path) -> Path:
    (wrong / "a,b.yaml").write_text(RULES.replace("2 hours", "2h"))
    return wrong


@pytest.fixture
def right(wrong: Path) -> Path:
    (wrong / "a,b.yaml").write_text(RULES.replace("2 hours", "2h").replace("yes", '"yes"'))
    return wrong


def test_problems_for_people(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(wrong)]) == 1
    assert (
        capsys.readouterr().out
        == f"""\
{wrong}/a,b.yaml:5:12: error R015: `delay` must be a duration such as 30m, 2h, 5d or 1d12h, not '2 hours'
 5 |     delay: 2 hours
   |            ^^^^^^^
   = write 2h

{wrong}/a,b.yaml:3:44: warning R091: `yes` without quotes is text here, and true or false elsewhere
 3 |     when: {{type: order.placed, event.note: yes}}
   |                                            ^^^
   = write "yes", or true

1 error, 1 warning: the set is refused.
More on a code: `feedback-router check --explain R015`.
"""
    )


def test_warnings_do_not_refuse_unless_strict(warned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(warned)]) == 0
    assert "0 errors, 1 warning: the set is valid." in capsys.readouterr().out
    assert main(["check", str(warned), "--strict"]) == 1


def test_a_right_set(right: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(right), "--strict"]) == 0
    assert capsys.readouterr().out == "3 files, 1 rule, 0 journeys, 1 survey, 0 tests: no problems.\n"


def output(path: Path, form: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["check", str(path), "--format", form]) == 1
    return capsys.readouterr().out


def test_problems_as_json(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, Any] = json.loads(output(wrong, "json", capsys))
    assert (found["valid"], found["errors"], found["warnings"]) == (False, 1, 1)
    assert found["problems"][0] == {
        "file": f"{wrong}/a,b.yaml",
        "line": 5,
        "column": 12,
        "severity": "error",
        "code": "R015",
        "title": "not a duration",
        "message": "`delay` must be a duration such as 30m, 2h, 5d or 1d12h, not '2 hours'",
        "hint": "write 2h",
    }


def test_problems_as_github_annotations(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = output(wrong, "github", capsys).splitlines()
    assert lines[0].startswith(
        f"::error file={wrong}/a%2Cb.yaml,line=5,col=12,title=R015 not a duration::`delay` must be"
    )
    assert lines[1].startswith("::warning ")


def test_problems_as_sarif(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, Any] = json.loads(output(wrong, "sarif", capsys))
    (run,) = found["runs"]
    rules = run["tool"]["driver"]["rules"]
    result = run["results"][0]
    assert found["version"] == "2.1.0"
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "R015"
    assert result["level"] == "error"
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 5, "startColumn": 12}
    assert place["artifactLocation"]["uri"] == f"file://{wrong}/a%2Cb.yaml"


def test_a_code_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--explain", "r017"]) == 0
    assert capsys.readouterr().out.startswith("# R017: not a time of day\n")


def test_an_unknown_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--explain", "R999"]) == 2
    assert "There is no code R999" in capsys.readouterr().err


def test_a_directory_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none")]) == 1
    assert "R070: there is no such directory" in capsys.readouterr().out


def test_signs_that_play_tricks_are_not_printed(right: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (right / "a,b.yaml").write_text(
        RULES.replace("2 hours", '"\\e[2J"').replace("order.placed", "\u202eplaced")
    )
    main(["check", str(right)])
    printed = capsys.readouterr().out
    assert "\u202e" not in printed
    assert "\x1b" not in printed


@pytest.mark.parametrize("kind", ["rules", "journeys", "surveys", "policy", "tests"])
def test_a_schema_is_printed(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", kind]) == 0
    assert capsys.readouterr().out == schema_text(kind)


CLAIMS = """rules:
  - id: a
    when: {type: claim.paid}
    unless: {event.sensitve: true}
    send: {survey: nps, channel: email}
"""
TOLD = "4:14: warning R143: no interaction had `sensitve`"


def claims(number: int = 3) -> list[tuple[datetime, str, str, dict[str, Any]]]:
    start = datetime.now(UTC) - timedelta(days=2)
    return [
        (start + timedelta(hours=one), "claim.paid", f"c{one}", {"sensitive": True}) for one in range(number)
    ]


@pytest.fixture
def of_claims(tmp_path: Path) -> list[str]:
    """The options that find three claims in the journal, and the rules about them."""
    files = {"rules.yaml": CLAIMS, "surveys.yaml": SURVEYS, "policy.yaml": POLICY}
    return journaled(tmp_path, files, claims())


def test_what_came_in_by_the_journal(of_claims: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    _, data, _, rules = of_claims
    assert main(["check", rules, "--journal", "--data", data]) == 0
    shown = capsys.readouterr()
    assert TOLD in shown.out
    assert "did you mean sensitive (3)?" in shown.out
    assert "Compared with 3 interactions from" in shown.err
    assert main(["check", rules, "--journal", "--since", "1h", "--data", data]) == 0
    assert main(["check", rules, "--journal", "--data", data, "--strict"]) == 1


def test_what_came_in_by_a_file(
    of_claims: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "events.jsonl"
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "/t",
        "type": "claim.paid",
        "subject": "c",
        "data": {"sensitive": True},
    }
    file.write_text(json.dumps(event | {"time": "2026-03-01T10:00:00Z"}) + "\n{}\n")
    assert main(["check", of_claims[3], "--events", str(file)]) == 0
    shown = capsys.readouterr()
    assert TOLD in shown.out
    assert "Compared with 1 interaction from 2026-03-01 to 2026-03-01." in shown.err
    assert "1 event of" in shown.err


@pytest.mark.parametrize(
    "options", [["--events", "x", "--journal"], ["--since", "3d"], ["--journal", "--since", "soon"]]
)
def test_options_that_do_not_go_together(options: list[str], right: Path) -> None:
    assert main(["check", str(right), *options]) == 2


def test_a_file_of_which_nothing_can_be_read(right: Path, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text("{}\n")
    assert main(["check", str(right), "--events", str(file)]) == 1
