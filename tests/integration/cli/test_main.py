import re
import subprocess
import sys

import pytest

from router.cli import main as module
from router.cli.faults import Refused
from router.cli.main import main
from router.model.signs import printable
from router.model.spelling import counted


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope"],
        ["backtest"],
        ["backtest", "rules"],
        ["backtest", "no-such-directory", "--events", "x"],
        ["events", "send"],
        ["events", "send", "x", "--rate", "fast"],
        ["events", "send", "x", "--rebase-to", "yesterday"],
        ["invitations", "show", "no-uuid"],
        ["invitations", "list", "--state", "lost"],
        ["invitations", "list", "--limit", "0"],
        ["why"],
        ["customer", "erase", "x"],
        ["dlq", "replay"],
        ["dlq", "replay", "cx.interactions.v1.dlq/0/1", "--all"],
        ["dlq", "replay", "--all", "--reason", "nonsense"],
        ["dlq", "show", "cx.interactions.v1.dlq"],
        ["dlq", "show", "elsewhere/0/1"],
        ["dlq", "list", "--topic", "elsewhere"],
        ["--nope"],
    ],
)
def test_wrong_use_is_one_line_with_a_way_out(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(arguments)

    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert re.search(r"--help|name|write|is one of|shows|are\.|Name", said.err)


def test_a_value_out_of_bounds_is_told_in_whole_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["invitations", "list", "--limit", "0"]) == 2
    assert capsys.readouterr().err.endswith(
        "greater than or equal to 1. See `feedback-router invitations list --help`.\n"
    )


def test_a_group_without_a_command_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dlq"]) == 2
    assert "replay" in capsys.readouterr().err


def test_a_wrong_setting_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUTER_DISPATCH__BATCH", "many")

    assert main(["db", "current"]) == 2
    assert capsys.readouterr().err.startswith("ROUTER_DISPATCH__BATCH: cannot be 'many'")


def test_no_broker_at_all_says_how_to_get_one(capsys: pytest.CaptureFixture[str], tmp_path: object) -> None:
    assert main(["dlq", "list", "--data", str(tmp_path)]) == 2
    assert "feedback-router run" in capsys.readouterr().err


def test_a_broker_that_is_away_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dlq", "list", "--bootstrap", "127.0.0.1:1"]) == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("no Kafka broker answers at 127.0.0.1:1: start it")


def test_a_mistyped_data_directory_is_named(capsys: pytest.CaptureFixture[str], tmp_path: object) -> None:
    assert main(["invitations", "list", "--data", str(tmp_path)]) == 1
    assert f"{tmp_path}/feedback-router.db is not there: check --data" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("raised", "code"),
    [(KeyboardInterrupt(), 130), (Refused("no", 1), 1), (BrokenPipeError(), 1)],
)
def test_exit_codes(raised: BaseException, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**given: object) -> None:
        raise raised

    monkeypatch.setattr(module, "app", fail)

    assert main(["version"]) == code


def test_a_fault_of_the_program_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**given: object) -> None:
        raise LookupError("a bug")

    monkeypatch.setattr(module, "app", fail)

    with pytest.raises(LookupError):
        main(["version"])


def test_what_was_received_can_play_no_tricks_with_a_terminal() -> None:
    assert printable("a\x1b[31mb\n\u202e") == "a\\x1b[31mb\\n\\u202e"
    assert printable("naïve ✓") == "naïve ✓"


def test_counts_are_in_the_plural_where_that_is_right() -> None:
    assert [counted(number, "record") for number in (0, 1, 1200)] == [
        "0 records",
        "1 record",
        "1,200 records",
    ]


def test_asking_for_the_version_imports_nothing_heavy() -> None:
    code = "import sys; from router.cli.main import main; main(['version']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert not {"sqlalchemy", "aiokafka", "faststream", "confluent_kafka"} & set(loaded.split())
