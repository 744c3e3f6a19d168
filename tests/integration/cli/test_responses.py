"""`responses`: taken in from a file, listed, shown, excluded, put back and handed on; the scores follow."""

import asyncio
import csv
import json
from pathlib import Path

import pytest

from router.cli.main import main
from router.model.cells import WantedScores
from router.settings import load_settings
from router.store import SqlStore, upgrade

Said = pytest.CaptureFixture[str]
FILE = (
    "\ufeffDate;Rating;Who;Step;Words\r\n"
    '31/12/2025 14:05;6;c-1;resolved;"good;\r\nbut slow"\r\n'
    "30-12-2025;7,0;c-2;resolved;\r\n"
    "29/12/2025;6,5;c-3;resolved;=1+1\r\n"
    "29/12/2025;2;c-4;resolved;=1+1\r\n"
)
MAPPING = [
    *("--map", "score=Rating", "--map", "answered_at=Date", "--map", "customer=Who", "--map", "step=Step"),
    *("--map", "comment=Words", "--set", "survey=ces-2.0", "--set", "journey=complaint", "--dates", "dmy"),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    asyncio.run(upgrade(load_settings(data=path).database_url))
    return path


def run(data: Path, *arguments: str) -> int:
    return main(["responses", *arguments, "--data", str(data)])


def bring(data: Path, *more: str, text: str = FILE, name: str = "old.csv") -> int:
    file = data.parent / name
    file.write_text(text, encoding="utf-8", newline="")
    return run(data, "import", str(file), "--name", "old", *MAPPING, *more)


def counts(data: Path) -> list[tuple[int, ...]]:
    async def work() -> list[tuple[int, ...]]:
        store = await SqlStore.open(load_settings(data=data).database_url)
        try:
            found = await store.cells.scores(WantedScores(imported="only"))
            return [one.counts for one in found]
        finally:
            await store.close()

    return asyncio.run(work())


def listed(data: Path, capsys: Said, *more: str) -> list[dict[str, object]]:
    capsys.readouterr()
    assert run(data, "list", "--json", *more) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return found


def test_a_row_that_is_refused_holds_back_the_import_and_says_where(data: Path, capsys: Said) -> None:
    assert bring(data, "--yes") == 1
    said = capsys.readouterr().err
    assert "line 5, column Rating: 6,5 is not whole, and ces-2.0 has whole answers from 1 to 7." in said
    assert "Nothing was imported: mend these rows, or leave them out with --skip-refused." in said
    assert listed(data, capsys) == []


def test_without_yes_it_is_a_dry_run_and_a_second_time_changes_nothing(data: Path, capsys: Said) -> None:
    assert bring(data, "--skip-refused") == 0
    assert "3 rows can be imported, 3 of ces-2.0; 1 refused." in capsys.readouterr().err
    assert counts(data) == []

    assert bring(data, "--skip-refused", "--yes") == 0
    assert "3 responses imported as old." in capsys.readouterr().err
    assert counts(data) == [(0, 1, 0, 0, 0, 1, 1)]

    assert bring(data, "--skip-refused", "--yes") == 0
    assert "0 responses imported as old. 3 were imported before" in capsys.readouterr().err
    assert counts(data) == [(0, 1, 0, 0, 0, 1, 1)]


def test_an_exclusion_changes_the_scores_and_can_be_undone(data: Path, capsys: Said) -> None:
    bring(data, "--skip-refused", "--yes")
    (worst,) = [one for one in listed(data, capsys) if one["score"] == 2]
    name = str(worst["invitation_id"])

    assert run(data, "exclude", name, "--because", "a test", "--author", "Ann") == 0
    assert counts(data) == [(0, 0, 0, 0, 0, 1, 1)]
    assert [one["excluded_by"] for one in listed(data, capsys, "--status", "excluded")] == ["Ann"]
    run(data, "show", name)
    assert "Ann excluded it on" in capsys.readouterr().out
    assert run(data, "exclude", name, "--because", "again") == 1
    assert "excluded already" in capsys.readouterr().err

    assert run(data, "include", name) == 0
    assert counts(data) == [(0, 1, 0, 0, 0, 1, 1)]
    assert run(data, "include", name) == 1


@pytest.mark.parametrize("command", [("show",), ("exclude", "--because", "x"), ("include",)])
def test_a_response_that_is_not_there_is_told(data: Path, capsys: Said, command: tuple[str, ...]) -> None:
    name = "834474d6-0438-55ca-b027-6093e25d2696"
    assert run(data, command[0], name, *command[1:]) == 1
    assert "`feedback-router responses list` shows them" in capsys.readouterr().err


def test_what_is_exported_is_what_was_there_and_no_formula(data: Path, capsys: Said) -> None:
    bring(data, "--skip-refused", "--yes")
    sheet, lines = data.parent / "out.csv", data.parent / "out.jsonl"

    assert run(data, "export", str(sheet)) == run(data, "export", str(lines), "--no-comments") == 0

    with sheet.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["customer_id"], row["score"], row["comment"]) for row in rows] == [
        ("c-4", "2", "'=1+1"),
        ("c-2", "7", ""),
        ("c-1", "6", r"good;\r\nbut slow"),
    ]
    objects = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    assert [one["answered_at"] for one in objects] == [
        "2025-12-28T23:00:00Z", "2025-12-29T23:00:00Z", "2025-12-31T13:05:00Z",
    ]  # fmt: skip
    assert all("comment" not in one for one in objects)
    capsys.readouterr()
    assert run(data, "export", str(sheet)) == 2
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "", "has no rows"),
        ("a.csv", "Date;Rating\n", "has no rows"),
        ("a.csv", "Date,Rating,Date\n1,2,3\n", "more than one column 'Date'"),
        ("a.csv", "Date,Rating\n2025-01-01,2,3\n", "line 2: it has 3 cells and the heading 2"),
        ("a.csv", 'Date,Rating\n"2025-01-01,2\n', "line 2: a quote is opened and not closed"),
        ("a.jsonl", '{"Rating": 1}\n[1]\n', "line 2: it is no JSON object"),
        ("a.jsonl", "[" * 100_000, "it is no JSON object"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(
    data: Path, capsys: Said, name: str, text: str, words: str
) -> None:
    arguments = ["--map", "score=Rating", "--set", "answered_at=2025-01-01", "--set", "survey=ces-2.0"]
    file = data.parent / name
    file.write_text(text, encoding="utf-8", newline="")
    assert run(data, "import", str(file), "--name", "x", *arguments) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


def test_a_file_of_another_encoding_says_what_to_do(data: Path, capsys: Said) -> None:
    file = data.parent / "latin.csv"
    file.write_bytes("Date;Rating;Words\n2025-01-01;5;Caf\xe9\n".encode("latin-1"))
    assert run(data, "import", str(file), "--name", "x", *MAPPING) == 2
    assert "save it as `CSV UTF-8`" in capsys.readouterr().err
