"""`coverage`, over a database whose figures can be added up by hand."""

import asyncio
import csv
import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from router.cli.main import main
from tests.integration.cli.english_heads import ENGLISH_HEAD
from tests.integration.cli.heard import filled

Said = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The options that name a filled database and its rules."""
    return asyncio.run(filled(tmp_path_factory.mktemp("company")))


def report(said: Said, *arguments: str) -> Any:
    assert main(["coverage", "--json", *arguments]) == 0
    return json.loads(said.readouterr().out)


def test_what_became_of_all(company: list[str], capsys: Said) -> None:
    found = report(capsys, *company)
    total = found["total"]
    assert total["stages"] == {
        "had_step": 300 + 500 + 200 + 80 + 90,
        "waited": 870,
        "matched": 850,
        "withheld": 300 + 300 + 80 + 90,
        "planned": 400,
        "cancelled": 10,
        "displaced": 0,
        "expired": 5,
        "sent": 380,
        "bounced": 20,
        "delivered": 345,
        "started": 200,
        "answered": 160,
    }
    assert total["stages"]["had_step"] == total["stages"]["withheld"] + total["stages"]["planned"]
    assert total["reasons"]["withheld"] == {
        "no_rule_matched": 320,
        "no_consent": 180,
        "not_sampled": 100,
        "no_reachable_channel": 80,
        "hold_out": 90,
    }
    answered = {name: (one["answered"], one["of"]) for name, one in total["answered_of"].items()}
    assert answered == {"sent": (160, 380), "reached": (160, 360), "had_step": (160, 1170)}
    assert total["answered_of"]["had_step"]["share"] == pytest.approx(0.136752, abs=1e-6)
    steps = [(one["journey"], one["step"], one["stages"]["had_step"]) for one in found["groups"]]
    assert steps == [("complaint", "resolved", 780), ("complaint", "opened", 300), ("delivery", "done", 90)]
    spots = [(spot["kind"], *spot["where"].values()) for spot in found["blind_spots"]]
    assert spots == [
        ("no_rule", "complaint", "opened"),
        ("nobody_asked", "delivery", "done"),
        ("nobody_asked", "complaint", "resolved", "letter"),
    ]


def test_who_answered_and_how_wrong_that_may_be(company: list[str], capsys: Said) -> None:
    waited, sent = report(capsys, *company)["who_answered"]
    assert (waited["of"], waited["touchpoints"], waited["answered"]) == ("waited", 870, 160)
    facts = {fact["fact"]: fact for fact in sent["facts"]}
    # Sent: 180 on the phone with 60 answers, 200 in the chat with 100; rates 1/3 and 1/2, together 160/380.
    # Between: (180 * 0.087719^2 + 200 * 0.078947^2) / 380 = 0.0069252, of it by chance
    # 18/38 * 20/38 * (2/9 / 179 + 1/4 / 199) = 0.0006227. R = 1 - 2 sqrt(0.0069252 - 0.0006227).
    assert facts["channel"]["r"] == pytest.approx(0.84122, abs=1e-4)
    assert facts["channel"]["worst_bias"] == pytest.approx((1 - 0.84122) / (4 * 160 / 380), abs=1e-4)
    assert facts.keys() == {"channel", "agent_id", "hour"}


def test_groups_by_attribute_day_and_channel(company: list[str], capsys: Said) -> None:
    found = report(capsys, "--by", "agent_id", *company)
    agents = {one["agent_id"]: one["answered_of"]["had_step"]["share"] for one in found["groups"]}
    assert agents == {"17": 60 / 500, "=18": 100 / 200}
    found = report(capsys, "--by", "channel,week", "--journey", "complaint", *company)
    assert [(one["channel"], one["week"]) for one in found["groups"]] == [
        ("phone", "2026-11-02"),
        ("chat", "2026-11-02"),
        ("letter", "2026-11-02"),
    ]
    assert found["total"]["stages"]["had_step"] == 1080


def test_days_are_both_included(company: list[str], capsys: Said) -> None:
    monday = report(capsys, "--since", "2026-11-02", "--until", "2026-11-02", *company)
    assert monday["total"]["stages"]["had_step"] == 800
    assert (monday["first_day"], monday["last_day"], monday["zone"]) == ("2026-11-02", "2026-11-02", "UTC")
    nothing = report(capsys, "--until", "2026-11-01", *company)
    assert nothing["total"]["answered_of"]["had_step"]["share"] is None


def test_it_is_told_in_sentences_and_tables(company: list[str], capsys: Said) -> None:
    assert main(["coverage", "--until", "2026-11-30", *company]) == 0
    told = capsys.readouterr().out
    assert (
        "160 of 1,170 touchpoints were answered: a coverage of 13.7 %. Questions were sent about 380." in told
    )
    assert "Answered of those reached: 44.4 %" in told
    assert "No rule asks about complaint / opened: 300 touchpoints." in told
    assert "The customer has given no consent for any channel of the rule." in told
    assert "Up to 30 November 2026, days in UTC." in told
    assert main(["coverage", "--until", "2026-11-01", *company]) == 0
    assert "No touchpoint had a step" in capsys.readouterr().out


def test_csv_has_a_row_for_each_group_and_runs_no_formula(company: list[str], capsys: Said) -> None:
    assert main(["coverage", "--csv", "--by", "agent_id", *company]) == 0
    rows = list(csv.DictReader(StringIO(capsys.readouterr().out)))
    assert [(row["agent_id"], row["had_step"], row["reached"]) for row in rows] == [
        ("17", "500", "160"),
        ("'=18", "200", "200"),
    ]


def test_a_page_is_written_without_scripts(company: list[str], capsys: Said, tmp_path: Path) -> None:
    page = tmp_path / "coverage.html"
    assert main(["coverage", "--by", "channel", "--html", str(page), *company]) == 0
    written = page.read_text()
    assert "160 of 1,170 touchpoints were answered" in written
    assert "came no further" in written
    assert "<script" not in written
    assert "http" not in written
    assert capsys.readouterr().out
    assert main(["coverage", "--lang", "nl", "--html", str(page), *company]) == 0
    told = capsys.readouterr().out
    assert re.search(r"werd +contactmomenten +van het totaal +reden +betekent", told)
    assert "De klant heeft voor geen kanaal van de regel toestemming gegeven." in told
    assert not ENGLISH_HEAD.search(written := page.read_text())
    assert "kwam niet verder" in written


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--by", "colour"], "Coverage is not counted by 'colour', but by"),
        (["--by", "agent_id,hour"], "one at a time: choose one of agent_id, hour"),
        (["--json", "--csv"], "choose one"),
        (["--journey", "complant"], "There is no journey 'complant': did you mean 'complaint'?"),
        (["--since", "yesterday"], "is no day"),
    ],
)
def test_wrong_use_is_told(arguments: list[str], told: str, company: list[str], capsys: Said) -> None:
    assert main(["coverage", *arguments, *company]) == 2
    assert told in capsys.readouterr().err
