"""`sources draft`, `sources test` and `sources check`, as a user calls them."""

import json
from pathlib import Path

import pytest

from router.cli.main import main
from router.cli.vendor_mappings import mapping_of

MESSAGE = {
    "event": "ticket.solved",
    "event_id": "e-1",
    "solved_at": "2026-03-02T10:15:00+01:00",
    "ticket": {"id": 4711, "subject": "My parcel is late"},
    "customer": {"id": "C-204", "name": "Ann Jansen"},
}


@pytest.fixture
def rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["init", str(tmp_path / "rules")]) == 0
    capsys.readouterr()
    return tmp_path / "rules"


def sample(directory: Path, *bodies: object, name: str = "help desk.json") -> str:
    file = directory / name
    file.write_text("\n".join(map(json.dumps, bodies)), encoding="utf-8")
    return str(file)


def test_a_draft_is_written_with_its_samples_and_passes(
    rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["sources", "draft", sample(tmp_path, MESSAGE, MESSAGE | {"event_id": "e-2"}), str(rules)]) == 0
    )
    told = capsys.readouterr().out
    assert "help-desk.yaml: 1 interaction" in told
    assert "sources test" in told
    assert sorted(file.name for file in (rules / "sources" / "samples").iterdir()) == [
        "help-desk-1.json",
        "help-desk-2.json",
    ]
    written = "".join(file.read_text() for file in (rules / "sources").rglob("*") if file.is_file())
    assert "Ann Jansen" not in written
    assert main(["sources", "test", str(rules)]) == 0
    assert "2 tests in 1 file: all passed." in capsys.readouterr().out
    assert main(["check", str(rules), "--strict"]) == 0


def test_without_rules_it_is_printed_and_can_be_tried_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sources", "draft", sample(tmp_path, MESSAGE), "--name", "desk", "--topic", "cx.desk"]) == 0
    text = capsys.readouterr().out
    assert "topic: cx.desk" in text
    file = tmp_path / "desk.yaml"
    file.write_text(text)
    assert main(["sources", "test", str(file)]) == 0
    assert main(["sources", "check", str(file)]) == 0
    capsys.readouterr()

    file.write_text(text.replace("id: event_id", "id: event_idd"))
    assert main(["sources", "test", str(file)]) == 1
    assert "✗ desk: sample 1" in capsys.readouterr().out
    assert main(["sources", "check", str(file)]) == 0
    assert "did you mean `event_id`?" in capsys.readouterr().out


def test_json_says_each_line_with_how_sure_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources", "draft", sample(tmp_path, MESSAGE), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (one,) = found["interactions"]
    assert {line["key"]: line["sureness"] for line in one["lines"]}["time"] == "sure"
    assert found["text"].startswith("# yaml-language-server")
    assert main(["init", str(tmp_path / "rules")]) == 0
    capsys.readouterr()
    assert main(["sources", "draft", sample(tmp_path, MESSAGE), str(tmp_path / "rules"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["samples"] == ["samples/help-desk-1.json"]


def test_a_dead_letter_is_drafted_from_as_it_is_shown(
    rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = {
        "dead_letter": "cx.desk.dlq/0/3",
        "reason": "mapping_failed",
        "topic": "cx.desk",
        "key": "k",
        "value": json.dumps(MESSAGE),
        "headers": [{"name": "X-Desk-Event", "value": "tickets/solved"}],
    }
    for name, body in (("one.json", letter), ("two.json", [letter, letter])):
        assert main(["sources", "draft", sample(tmp_path, body, name=name), str(rules)]) == 0
        text = (rules / "sources" / f"{name[:3]}.yaml").read_text()
        assert "topic: cx.desk   # from the dead letter" in text
    capsys.readouterr()
    letter["value"] = None
    assert main(["sources", "draft", sample(tmp_path, letter), str(rules)]) == 2
    assert "cx.desk.dlq/0/3 holds no text" in capsys.readouterr().err


def test_a_folder_is_all_the_messages_in_it(
    rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "messages"
    folder.mkdir()
    for number in range(3):
        sample(folder, MESSAGE | {"event_id": f"e-{number}"}, name=f"{number}.json")
    assert main(["sources", "draft", str(folder), str(rules)]) == 0
    assert "# A draft, from 3 samples." in (rules / "sources" / "messages.yaml").read_text()
    assert main(["sources", "draft", str(rules / "journeys"), str(rules)]) == 2
    assert "no files whose names end in" in capsys.readouterr().err


def test_a_known_vendor_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = {
        "type": "zen:event-type:ticket.status_changed",
        "id": "e-1",
        "time": "2026-01-22T01:07:00Z",
        "detail": {"id": "9", "requester_id": "17", "status": "SOLVED"},
        "event": {"current": "SOLVED", "previous": "OPEN"},
    }
    assert main(["sources", "draft", sample(tmp_path, body)]) == 0
    assert "feedback-router sources add zendesk" in capsys.readouterr().err
    assert main(["sources", "draft", sample(tmp_path, MESSAGE)]) == 0
    assert "sources add" not in capsys.readouterr().err


def test_nothing_is_written_over(rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = sample(tmp_path, MESSAGE, name="desk.json")
    assert main(["sources", "draft", file, str(rules)]) == 0
    before = (rules / "sources" / "desk.yaml").read_text()
    assert main(["sources", "draft", file, str(rules)]) == 2
    assert "already" in capsys.readouterr().err
    (rules / "sources" / "desk.yaml").unlink()
    assert main(["sources", "draft", file, str(rules)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert not (rules / "sources" / "desk.yaml").exists()
    assert before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no messages"),
        ("a=b&c=d", "a draft is made of JSON"),
        ('{"a": 1}\nnot json', "line 2"),
        ("[[[[", "cannot be read"),
        ("7", "no JSON objects"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_what_is_no_message_is_refused(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.json"
    file.write_text(text)
    assert main(["sources", "draft", str(file)]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--zone", "Amsterdam/Nowhere"], "no time zone"),
        (["--header", "x"], "NAME=VALUE"),
        (["--topic", "a\nsource: evil"], "no topic"),
        (["--name", "../.."], "needs a name"),
    ],
)
def test_wrong_options_are_told(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sources", "draft", sample(tmp_path, MESSAGE), *options]) == 2
    assert words in capsys.readouterr().err


def test_check_says_what_no_sample_comes_to(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (rules / "sources").mkdir()
    text = mapping_of("freshdesk").decode()
    first = text.index('  - name: "freshdesk: a resolved ticket')
    (rules / "sources" / "freshdesk.yaml").write_text(text[:first])
    (rules / "broken.yaml").write_text("rulez: 1\n")
    assert main(["sources", "check", str(rules)]) == 1
    assert "The set is refused for 1 error in other files" in capsys.readouterr().out
    (rules / "broken.yaml").unlink()
    assert main(["sources", "check", str(rules), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["sources"] == [
        {"source": "freshdesk", "topic": "raw.freshdesk", "samples": 1, "without a sample": "interaction 2"}
    ]
    assert {problem["code"] for problem in found["problems"]} == {"R199"}


def test_a_set_without_sources_says_so(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sources", "check", str(rules)]) == 0
    assert "no sources" in capsys.readouterr().out
    assert main(["sources", "test", str(rules)]) == 1
    assert "no tests of sources" in capsys.readouterr().err
    assert main(["sources", "check", str(rules / "nowhere")]) == 2
    assert "is not there" in capsys.readouterr().err
    assert main(["sources", "check", str(rules / "policy.yaml")]) == 2
    assert "holds no source" in capsys.readouterr().err


def test_a_framed_message_is_not_explained_but_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rules/sources").mkdir(parents=True)
    (tmp_path / "rules/policy.yaml").write_text("types: [complaint.opened, complaint.resolved]\n")
    (tmp_path / "rules/sources/zendesk.yaml").write_bytes(mapping_of("zendesk"))
    framed = tmp_path / "framed"
    framed.write_bytes(b"\0\0\0\0\x07\x02a")
    assert main(["sources", "explain", str(framed), str(tmp_path / "rules")]) == 2
    assert "frame of a schema registry" in capsys.readouterr().err
