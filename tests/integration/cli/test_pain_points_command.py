"""`pain-points`, over a database with one bad channel."""

import asyncio
import csv
import json
import re
from io import StringIO
from pathlib import Path

import pytest

from router.cli.main import main
from tests.integration.cli.english_heads import ENGLISH_HEAD
from tests.integration.cli.heard import filled

Said = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The options that name a filled database and its rules."""
    return asyncio.run(filled(tmp_path_factory.mktemp("company")))


def test_the_bad_channel_is_found_and_nothing_else(company: list[str], capsys: Said) -> None:
    assert main(["pain-points", "--json", *company]) == 0
    (survey,) = json.loads(capsys.readouterr().out)["surveys"]
    # Lower is better. Phone: 5, 5, 10, 20, 20 of 1 to 5 are 225 of 60; chat twice 162 of 100, letters 15 of 5.
    assert (survey["answers"], survey["score"]) == (265, pytest.approx((225 + 2 * 162 + 15) / 265))
    (phone,) = survey["found"]
    assert phone["place"] == {"journey": "complaint", "step": "resolved", "channel": "phone"}
    assert (phone["n"], phone["score"], phone["volume"]) == (60, 3.75, 500)
    assert phone["rest"] == pytest.approx((2 * 162 + 15) / 205)
    assert phone["difference"] == pytest.approx(3.75 - 339 / 205)
    assert 0 < phone["interval"][0] < phone["difference"] < phone["interval"][1]
    assert phone["certain_harm"] == pytest.approx(500 * phone["interval"][0])
    assert len(survey["not_more_than_chance"]) == 2
    assert survey["too_few"] == [[{"journey": "complaint", "step": "resolved", "channel": "letter"}, 5]]


def test_it_is_told_to_people_in_both_languages(company: list[str], capsys: Said, tmp_path: Path) -> None:
    assert main(["pain-points", "--until", "2026-11-30", *company]) == 0
    told = capsys.readouterr().out
    assert "1 pain point among 3 steps and channels with enough answers." in told
    assert (
        "complaint / resolved on phone: 3.75, where the rest of the survey has 1.65. It is certainly worse by"
        in told
    )
    assert "Lower is better." in told
    assert "Up to 30 November 2026, days in UTC, by when it happened." in told
    page = tmp_path / "nl.html"
    assert main(["pain-points", "--lang", "nl", "--html", str(page), *company]) == 0
    told = capsys.readouterr().out
    assert "1 pijnpunt bij 3 stappen en kanalen" in told
    assert re.search(r"klantreis +stap +kanaal +n +score +de rest +verschil +tussen", told)
    assert not ENGLISH_HEAD.search(text := page.read_text())
    assert "Niet slechter dan door toeval kan" in text


def test_csv_has_every_place_with_its_verdict(company: list[str], capsys: Said) -> None:
    assert main(["pain-points", "--csv", *company]) == 0
    rows = list(csv.DictReader(StringIO(capsys.readouterr().out)))
    assert [(row["channel"], row["verdict"]) for row in rows] == [
        ("phone", "pain point"),
        ("chat", "not worse by more than chance"),
        ("chat", "not worse by more than chance"),
        ("letter", "too few"),
    ]
    assert float(rows[0]["score"]) == 3.75
    assert rows[3]["score"] == ""


def test_a_page_is_written_without_scripts(company: list[str], capsys: Said, tmp_path: Path) -> None:
    page = tmp_path / "pain.html"
    assert main(["pain-points", "--html", str(page), *company]) == 0
    written = page.read_text()
    assert "1 pain point among 3" in written
    assert 'aria-label="+2.10, from' in written
    assert "<script" not in written
    assert "http" not in written
    assert capsys.readouterr().out


def test_a_page_says_of_each_table_what_it_leaves_out(
    company: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("router.pages.pain_points_page.MOST_ROWS", 0)
    page = tmp_path / "pain.html"
    assert main(["pain-points", "--html", str(page), *company]) == 0
    left_out = re.findall(r"And (\d) more: CSV has all.", page.read_text())
    assert left_out == ["1", "2", "1"]


def test_where_nobody_answered_there_is_no_pain_point(company: list[str], capsys: Said) -> None:
    assert main(["pain-points", "--until", "2026-11-01", *company]) == 0
    assert "Nobody has answered in this period." in capsys.readouterr().out
    assert main(["pain-points", "--since", "2026-11-03", *company]) == 0
    assert "No pain point: of 2 steps and channels" in capsys.readouterr().out
    assert main(["pain-points", "--survey", "cess", *company]) == 2
    assert "There is no survey 'cess': did you mean 'ces'?" in capsys.readouterr().err
    assert main(["pain-points", "--json", "--csv", *company]) == 2
    assert "choose one" in capsys.readouterr().err
