"""`drivers` on responses as a worker stores them."""

import asyncio
import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from router.cli.main import main
from router.model.encoding import encode_json
from router.settings import load_settings
from router.store import SqlStore, upgrade
from tests.contract.rows import change, context, invitation_row, plan, response_row, save
from tests.integration.cli.english_heads import ENGLISH_HEAD

Said = pytest.CaptureFixture[str]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Sixty answers, worse with every contact on the telephone, and thirty customers of four contacts who said nothing."""
    directory = tmp_path / "data"
    asyncio.run(_filled(load_settings(data=directory).database_url))
    return directory


async def _filled(url: str) -> None:
    await upgrade(url)
    store = await SqlStore.open(url)
    answers = []
    for at in range(60):
        contacts, channel = at % 4, ("phone", "chat")[at % 2]
        score = min(5, 1 + contacts + at % 3 // 2)
        asked = context(effort={"contacts": contacts}, channel=channel)
        answers.append(response_row(f"customer {at}", f"answer {at}", context=asked, score=score))
    silent = [
        invitation_row(f"silent {at}", f"asked {at}", context=encode_json(context(effort={"contacts": 4})))
        for at in range(30)
    ]
    await plan(store, *silent)
    ended = [change(row.customer_id, f"asked {at}", "unanswered") for at, row in enumerate(silent)]
    await save(store, changed=ended, responses=answers)
    await store.close()


def test_a_person_reads_sentences_and_tables(data: Path, tmp_path: Path, capsys: Said) -> None:
    assert main(["drivers", "--data", str(data), "--until", "2026-11-30"]) == 0
    out = capsys.readouterr().out
    assert "60 answers" in out
    assert "More contacts goes together with worse answers" in out
    assert "contacts among those who did not answer: 4 on average, 1.5 among those who did" in out
    page = tmp_path / "nl.html"
    options = ["--data", str(data), "--until", "2026-11-30"]
    assert main(["drivers", *options, "--lang", "nl", "--html", str(page)]) == 0
    out = capsys.readouterr().out
    assert "gaat samen met slechtere antwoorden" in out
    assert "60 antwoorden, tot en met 30 november 2026" in out
    assert not ENGLISH_HEAD.search(text := page.read_text())
    assert "met 95 %-interval, naar contacts" in text


def test_a_program_reads_json_and_a_spreadsheet_csv(data: Path, capsys: Said) -> None:
    assert main(["drivers", "--data", str(data), "--until", "2026-11-30", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    (survey,) = report["surveys"]
    (contacts,) = survey["drivers"]
    assert (report["answers"], report["sampled"], survey["n"]) == (60, False, 60)
    assert contacts["link"] == "goes together with worse answers"
    assert [(one["low"], one["n"], one["unanswered"]) for one in contacts["bins"]] == [
        (0, 15, 0),
        (1, 15, 0),
        (2, 15, 0),
        (3, 15, 30),
    ]
    assert main(["drivers", "--data", str(data), "--until", "2026-11-30", "--csv"]) == 0
    rows = list(csv.DictReader(StringIO(capsys.readouterr().out)))
    assert [row["answers"] for row in rows] == ["15"] * 4
    assert {row["signal"] for row in rows} == {"contacts"}


def test_a_page(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "drivers.html"
    assert main(["drivers", "--data", str(data), "--until", "2026-11-30", "--html", str(file)]) == 0
    page = file.read_text(encoding="utf-8")
    assert "goes together with worse answers" in page
    assert page.count("<svg") >= 2
    assert "<script" not in page


def test_nothing_to_tell_says_what_to_declare(data: Path, capsys: Said) -> None:
    assert main(["drivers", "--data", str(data), "--until", "2020-01-01"]) == 0
    assert "declared in `effort:`" in capsys.readouterr().out
    assert main(["drivers", "--data", str(data), "--json", "--csv"]) == 2
    capsys.readouterr()
    assert main(["drivers", "--data", str(data), "--journey", "complaimt"]) == 2
    assert "There is no journey 'complaimt': did you mean 'complaint'?" in capsys.readouterr().err
