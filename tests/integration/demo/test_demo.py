"""`feedback-router demo` as a user starts it."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.console.same_figures import command, seen, told_scores

COMMAND = [sys.executable, "-m", "router.cli", "demo", "--customers", "150"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def played(data: Path) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, "--fast", "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def numbers_of(output: str, row: str) -> list[int]:
    (line,) = re.findall(rf"^{row} .*$", output, re.MULTILINE)
    return [int(number.replace(",", "")) for number in re.findall(r" ([\d,]+)(?= |$)", line)]


def test_it_ends_by_itself_and_all_adds_up(played: subprocess.CompletedProcess[str]) -> None:
    assert played.returncode == 0, played.stderr
    assert not played.stderr
    published, interactions, repeats, unreadable = re.search(
        r"([\d,]+) records were published: ([\d,]+) interactions,\s+(\d+) repeats, (\d+)", played.stdout
    ).groups()
    assert int(published.replace(",", "")) == sum(
        int(part.replace(",", "")) for part in (interactions, repeats, unreadable)
    )
    assert f"Each of the {interactions} interactions has one decision with its reason." in played.stdout
    assert numbers_of(played.stdout, "all") == [int(interactions.replace(",", ""))]
    assert "does not add up" not in played.stdout


def test_ces_after_complaints_and_nps_after_purchases_stand_side_by_side(
    played: subprocess.CompletedProcess[str],
) -> None:
    planned, sent = numbers_of(played.stdout, "planned"), numbers_of(played.stdout, "sent")
    assert len(planned) == len(sent) == 3  # CES, CSAT, NPS
    assert all(0 < out <= asked for out, asked in zip(sent, planned, strict=True))
    assert numbers_of(played.stdout, "ces-after-complaint")[0] > 0
    assert numbers_of(played.stdout, "nps-after-purchase")[0] > 0


def test_it_tells_why_and_why_not_and_what_to_try_next(
    played: subprocess.CompletedProcess[str], data: Path
) -> None:
    _, why, why_not, following = re.split(r"Why was .*\?|Try next", played.stdout)
    assert len(re.findall(r"^- At", why, re.MULTILINE)) == 2
    assert len(re.findall(r"^- At", why_not, re.MULTILINE)) == 2
    interaction = re.search(r" why (\S+) --data", following)[1]

    asked = [sys.executable, "-m", "router.cli", "why", interaction, "--data", str(data)]
    answer = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)

    assert answer.returncode == 0, answer.stderr
    assert interaction in answer.stdout


def test_a_data_directory_in_use_is_refused(played: subprocess.CompletedProcess[str], data: Path) -> None:
    again = subprocess.run(
        [*COMMAND, "--data", str(data)], capture_output=True, text=True, timeout=60, check=False
    )

    assert again.returncode == 1
    assert "name another one" in again.stderr
    assert "Traceback" not in again.stderr


def test_ctrl_c_ends_it() -> None:
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Publishing" in line:
                process.send_signal(signal.SIGINT)
                break
        rest = process.stdout.read()

    assert process.returncode == 130
    assert "Interrupted" in rest


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/scores", ["scores", "--by", "week"]),
        ("/scores", ["scores", "--by", "journey,step,channel"]),
        ("/coverage", ["coverage", "--by", "journey,step"]),
        ("/pain-points", ["pain-points"]),
    ],
)
def test_the_console_tells_the_figures_of_the_commands(
    played: subprocess.CompletedProcess[str],
    data: Path,
    path: str,
    words: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert played.returncode == 0
    query = dict(zip((word.removeprefix("--") for word in words[1::2]), words[2::2], strict=True))
    (page,) = seen(data, None, [(path, query)])
    place = ["--data", str(data)]
    told = command(capsys.readouterr, place, *words, "--json")
    assert page.json == told
    assert page.csv == command(capsys.readouterr, place, *words, "--csv")
    if words[0] == "scores":
        assert told["rows"]
        assert [figure for figure in told_scores(told) if figure not in page.text] == []
