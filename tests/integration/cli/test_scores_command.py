"""`scores` as a user calls it. The expected figures are those of the published examples, and of hand and scipy."""

import csv
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from pytest import approx  # noqa: PT013 - read as a number

from router.cli.main import main
from router.model.cells import CoverageCell, ScoreCell
from router.model.responses import ResponseRow
from tests.integration.cli.english_heads import ENGLISH_HEAD
from tests.integration.cli.seeded_scores import ces, ces_response, nps, rules_in, seeded, touchpoints

Said = pytest.CaptureFixture[str]
Ask = Callable[..., Any]
LAST = date(2026, 9, 30)
DAY = date(2026, 9, 15)
VECTOR = (0, 0, 1, 1, 2, 3, 3)
"""Mean 5.6000, adjusted t interval from 4.4213 to 6.2454."""


@pytest.fixture
def company(tmp_path: Path, capsys: Said) -> Callable[..., Ask]:
    """Fills a database; then asks it, as JSON, or what it says."""

    def fill(
        scores: Sequence[ScoreCell] = (),
        coverage: Sequence[CoverageCell] = (),
        responses: Sequence[ResponseRow] = (),
        **rules: str,
    ) -> Ask:
        seeded(tmp_path / "data", scores, coverage, responses)
        directory = rules_in(tmp_path / "rules", **rules)

        def ask(*options: str, form: str = "--json", code: int = 0) -> Any:
            place = ["--data", str(tmp_path / "data"), "--rules", str(directory), "--until", str(LAST)]
            assert main(["scores", *place, *([form] if form else []), *options]) == code
            said = capsys.readouterr()
            if code:
                assert said.out == ""
                return said.err
            return json.loads(said.out) if form == "--json" else said.out

        return ask

    return fill


def test_a_score_has_its_interval_its_answers_and_its_coverage(company: Callable[..., Ask]) -> None:
    ask = company(
        [ces(VECTOR, day=DAY), nps(2, 3, 5, day=DAY)],
        touchpoints(200, 100, 20, 20, day=DAY),
    )
    easy, again = ask()["rows"]
    assert (easy["point"], easy["low"], easy["high"]) == approx((5.6, 4.4213, 6.2454), abs=1e-4)
    assert (again["point"], again["low"], again["high"]) == approx((30, -19.0506, 65.2045), abs=1e-4)
    assert [row["question"]["metric"] for row in (easy, again)] == ["ces", "nps"]
    assert easy["n"] == again["n"] == 10
    assert easy["distribution"] == list(VECTOR)
    assert easy["verdict"] == easy["evidence"] == "indicative"
    of = easy["answered_of"]
    assert [(of[name]["answered"], of[name]["of"]) for name in ("sent", "reached", "had_step")] == [
        (20, 100),
        (20, 80),
        (20, 200),
    ]


def test_the_table_and_csv_tell_the_same_and_ces_and_nps_have_columns_of_their_own(
    company: Callable[..., Ask],
) -> None:
    ask = company(
        [ces(VECTOR, day=DAY, channel=name) for name in ("chat", "phone")] + [nps(2, 3, 5, day=DAY)]
    )
    rows = ask("--by", "channel")["rows"]
    lines = list(csv.DictReader(StringIO(ask("--by", "channel", form="--csv"))))
    assert len(lines) == len(rows) == 3
    for line, row in zip(lines, rows, strict=True):
        metric, other = ("ces", "nps") if row["question"]["metric"] == "ces" else ("nps", "ces")
        assert [float(line[f"{metric}{part}"]) for part in ("", "_low", "_high")] == [
            row["point"],
            row["low"],
            row["high"],
        ]
        assert (line[other], line[f"{other}_low"]) == ("", "")
        assert (line["channel"], line["n"], line["verdict"]) == (
            row["group"]["channel"],
            "10",
            row["verdict"],
        )
    table = ask("--by", "channel", form="")
    assert ", text" not in table
    heads = next(text for text in table.splitlines() if " CES " in text)
    told = [text for text in table.splitlines() if re.search(r"\(.* to .*\)", text)]
    assert len(told) == 3
    for line_of_table, row in zip(told, rows, strict=True):
        place = heads.index(row["question"]["metric"].upper())
        figures = "5.60 (4.42 to 6.25)" if row["question"]["metric"] == "ces" else "30.0 (-19.1 to 65.2)"
        assert line_of_table[place:].startswith(figures)


def test_other_texts_and_faces_have_rows_of_their_own(company: Callable[..., Ask]) -> None:
    ask = company(
        [
            ces(VECTOR, day=DAY),
            ces(VECTOR, day=DAY, text_version="2"),
            ces(VECTOR, day=DAY, presentation="emoticons"),
            ces((0, 0, 2, 0, 8), day=DAY, scale_high=5),
        ]
    )
    assert [row["n"] for row in ask()["rows"]] == [10, 10, 10, 10]
    table = ask(form="")
    assert "ces, text 2 " in table
    assert "ces, text 1, emoticons " in table


def test_an_empty_database_is_told_as_one(company: Callable[..., Ask]) -> None:
    ask = company()
    report = ask("--by", "week", "--compare", "previous")
    assert (report["rows"], report["targets"]) == ([], [])
    assert "Scores: none" in ask(form="")
    assert len(ask("--per", "customer", form="--csv").splitlines()) == 1


def test_without_answers_and_with_one(company: Callable[..., Ask]) -> None:
    ask = company([ces((0, 0, 0, 0, 0, 0, 1), day=DAY)])
    assert ask("--survey", "nps")["rows"] == []
    assert "Scores: none" in ask("--survey", "nps", form="")
    (row,) = ask()["rows"]
    assert (row["n"], row["point"], row["low"], row["verdict"]) == (1, None, None, "too few")
    assert "1 answer, too few for a score; one is shown from 10 on" in ask(form="")


def test_a_share_on_a_scale_where_lower_is_better(company: Callable[..., Ask]) -> None:
    """Eight of ten gave the best answers: Wilson, from 49.0162 to 94.3318 %."""
    low = {"survey": "effort", "scale_high": 5, "polarity": "lower_is_better", "day": DAY}
    ask = company([ces((5, 3, 0, 2, 0), **low)])
    (row,) = ask("--measure", "top_box")["rows"]
    assert (row["point"], row["low"], row["high"]) == approx((0.8, 0.490162, 0.943318), abs=1e-6)
    assert "share of 1 to 2 80.0 % (49.0 % to 94.3 %)" in ask("--measure", "top_box", form="")
    assert "Lower is better" in ask(form="")


def test_days_are_those_that_were_asked_for(company: Callable[..., Ask]) -> None:
    happened = [ces(VECTOR, day=LAST - timedelta(days=back)) for back in (0, 1, 2)]
    ask = company([*happened, ces((0, 0, 0, 0, 0, 0, 12), basis="answered", day=LAST)])
    assert [row["n"] for row in ask("--since", "2d")["rows"]] == [20]
    assert [row["n"] for row in ask("--since", "2026-09-30")["rows"]] == [10]
    assert [row["n"] for row in ask("--basis", "answered")["rows"]] == [12]
    assert "30 September 2026, a day in Europe/Amsterdam, by when it happened" in ask(
        "--since", "1d", form=""
    )


def test_agents_are_held_against_chance_and_stand_by_name(company: Callable[..., Ask]) -> None:
    """Of 400 answers half are the best: an agent with 20 has limits that scipy's binomial gives."""
    half = {"attribute": "agent_id", "day": DAY}
    usual = [ces((0, 0, 0, 10, 0, 0, 10), value=f"B{n:02}", **half) for n in range(18)]
    ask = company(
        [
            *usual,
            ces((0, 0, 0, 0, 0, 0, 20), value="Z", **half),
            ces((0, 0, 0, 20, 0, 0, 0), value="A", **half),
            ces((0, 0, 0, 0, 0, 0, 9), value="few", **half),
        ]
    )
    rows = {row["group"]["agent_id"]: row for row in ask("--by", "agent_id", "--measure", "top_box")["rows"]}
    assert list(rows) == sorted(rows)
    assert {rows[name]["verdict"] for name in ("A", "Z")} == {"beyond 99.8 %"}
    assert rows["B00"]["verdict"] == "within chance"
    limits = rows["B00"]["limits"]
    overall = (9 * 1 + 18 * 10 + 20) / 409
    assert limits["overall"] == approx(overall)
    assert limits["action_low"] < limits["warning_low"] < overall < limits["warning_high"]
    few = rows["few"]
    assert (few["verdict"], few["point"], few["distribution"], few["limits"]) == ("too few", None, None, None)
    assert "95 % limits" in ask("--by", "agent_id", form="")


def test_a_policy_that_shows_fewer_does_not_for_people(company: Callable[..., Ask]) -> None:
    policy = "locale: {otherwise: en}\nscores: {by: [agent_id, branch], least: 5}\n"
    cells = [
        ces((0, 0, 0, 0, 3, 0, 3), attribute=name, value="X", day=DAY) for name in ("agent_id", "branch")
    ]
    ask = company(cells, policy=policy)
    (branch,) = ask("--by", "branch")["rows"]
    (agent,) = ask("--by", "agent_id")["rows"]
    assert (branch["verdict"], agent["verdict"]) == ("indicative", "too few")


def test_weeks_have_limits_once_there_are_eight(company: Callable[..., Ask]) -> None:
    """The published example of Laney: 12 weeks of 40 answers, limits around 0.7875, lower limit 0.479231."""
    monday, good = date(2026, 7, 6), (32, 30, 35, 28, 33, 31, 36, 29, 34, 30, 33, 27)
    cells = [
        ces((40 - positive, 0, 0, 0, 0, 0, positive), day=monday + timedelta(weeks=week))
        for week, positive in enumerate(good)
    ]
    ask = company(cells)
    rows = ask("--by", "week", "--measure", "top_box")["rows"]
    assert [row["group"]["week"] for row in rows] == [
        str(monday + timedelta(weeks=week)) for week in range(12)
    ]
    assert rows[0]["week"]["centre"] == approx(0.7875)
    assert rows[0]["week"]["low"] == approx(0.479231, abs=1e-6)
    assert not any(row["week"]["outside"] for row in rows)
    assert ask("--by", "week", "--since", "2026-08-17")["rows"][0]["week"] is None


def test_a_new_text_begins_a_chart_of_its_own(company: Callable[..., Ask]) -> None:
    monday = date(2026, 5, 4)
    cells = [
        ces((10, 0, 0, 0, 0, 0, 30) if week < 10 else (30, 0, 0, 0, 0, 0, 10), day=monday + timedelta(weeks=week),
            text_version="1" if week < 10 else "2")
        for week in range(20)
    ]  # fmt: skip
    rows = company(cells)("--by", "week")["rows"]
    assert {row["week"]["centre"] for row in rows[:10]} == {5.5}
    assert {row["week"]["centre"] for row in rows[10:]} == {2.5}
    assert {row["verdict"] for row in rows} == {"enough"}


BEFORE, AFTER = date(2026, 8, 20), date(2026, 9, 20)


def test_before_and_after_nps(company: Callable[..., Ask]) -> None:
    """The published example: 25 to 41.67; adjusted 16.2602, from -3.6012 to 36.1215, p 0.10858."""
    ask = company([nps(30, 30, 60, day=BEFORE), nps(20, 30, 70, day=AFTER)])
    (row,) = ask("--since", "2026-09-01", "--compare", "previous")["rows"]
    change = row["change"]
    assert (change["difference"], change["low"], change["high"]) == approx(
        (16.6667, -3.6012, 36.1215), abs=1e-4
    )
    assert change["p"] == approx(0.10858, abs=1e-5)
    assert (change["n"], change["point"], change["verdict"]) == (120, 25, "too few to tell")
    # By hand: of 240 answers 130 up, 50 down: 2 (180/240 - (80/240)^2) 2.8^2 / 0.1^2 = 1001.8 each side, less 120.
    assert change["more_needed"] == 882
    assert (change["rate"], change["mix"]) == approx((16.6667, 0), abs=1e-4)
    for other in ("2026-09-01", "2026-08", "2026-08-01..2026-08-31"):
        since = [] if other == "2026-09-01" else ["--since", "2026-09-01"]
        assert ask(*since, "--compare", other)["rows"][0]["change"]["difference"] == approx(16.6667, abs=1e-4)


def test_before_a_revision_and_after_it(company: Callable[..., Ask]) -> None:
    """Welch: -0.6600, from -1.1049 to -0.2151."""
    ask = company(
        [
            ces((3, 2, 4, 6, 15, 40, 30), day=DAY, revision=6),
            ces((6, 6, 8, 10, 20, 30, 20), day=DAY, revision=7),
        ]
    )
    (row,) = ask("--compare", "revision 7")["rows"]
    change = row["change"]
    assert (change["difference"], change["low"], change["high"]) == approx(
        (-0.66, -1.1049, -0.2151), abs=1e-4
    )
    assert row["verdict"] == change["verdict"] == "worse"
    said = ask("--compare", "revision 7", form="")
    assert "Compared with answers by the rules before revision 7" in said
    assert "worse than before, by -0.66 (between -1.10 and -0.22)" in re.sub(r"\s+", " ", said)


def test_a_change_that_is_only_mix(company: Callable[..., Ask]) -> None:
    """Each channel scores as before, 6 and 2: more customers came by the worse one."""
    six, two = (0, 0, 0, 0, 0, 40, 0), (0, 40, 0, 0, 0, 0, 0)
    cells = [
        ces(six, day=BEFORE, channel="phone"),
        ces([n // 2 for n in two], day=BEFORE, channel="chat"),
        ces([n // 2 for n in six], day=AFTER, channel="phone"),
        ces(two, day=AFTER, channel="chat"),
    ]
    (row,) = company(cells)("--since", "2026-09-01", "--compare", "previous")["rows"]
    assert row["change"]["difference"] == approx(-4 / 3)
    assert row["change"]["rate"] == approx(0)
    assert row["change"]["mix"] == approx(-4 / 3)


def test_a_new_text_is_compared_only_where_somebody_asks(company: Callable[..., Ask]) -> None:
    ask = company([ces(VECTOR, day=BEFORE), ces(VECTOR, day=AFTER, text_version="2")])
    options = ["--since", "2026-09-01", "--compare", "previous"]
    (row,) = ask(*options)["rows"]
    assert row["verdict"] == "not compared"
    assert "the text changed from 1 to 2; --across-texts" in row["change"]["blocked"]
    (row,) = ask(*options, "--across-texts")["rows"]
    assert (row["change"]["n"], row["change"]["difference"]) == (10, 0)


def test_nothing_before_is_too_few_to_tell(company: Callable[..., Ask]) -> None:
    (row,) = company([ces(VECTOR, day=AFTER)])("--since", "2026-09-01", "--compare", "previous")["rows"]
    assert (row["change"]["n"], row["verdict"], row["change"]["difference"]) == (0, "too few to tell", None)


@pytest.mark.parametrize(
    ("options", "way_out"),
    [
        (["--survey", "ce"], "did you mean 'ces'?"),
        (["--journey", "complain"], "did you mean 'complaint'?"),
        (["--step", "resolve"], "did you mean 'resolved'?"),
        (["--channel", "fone"], "did you mean 'phone'?"),
        (["--by", "agent"], "did you mean 'agent_id'?"),
        (["--by", "branch"], "`scores.by` of the policy"),
        (["--by", "agent_id,asked_on"], "one attribute at a time"),
        (["--by", "week,month"], "one of day, week and month"),
        (["--since", "now"], "write it as 2026-09-01"),
        (["--compare", "before"], "neither `previous` nor a period"),
        (["--compare", "revision 99999999999"], "neither `previous`"),
        (["--compare", "2026-09"], "must not be among"),
        (["--compare", "2026-11-01"], "does not lie within"),
        (["--csv"], "choose one"),
        (["--survey", "x\x1b[31m" * 200], "There is no survey"),
    ],
)
def test_what_cannot_be_answered_says_the_way_out(
    company: Callable[..., Ask], options: list[str], way_out: str
) -> None:
    said = company()(*options, code=2)
    assert way_out in said
    assert "\x1b" not in said
    assert len(said.splitlines()) == 1


def test_names_of_former_rules_are_known_by_their_answers(company: Callable[..., Ask]) -> None:
    ask = company([ces(VECTOR, survey="old", step="gone", channel="fax", day=DAY)])
    assert len(ask("--survey", "old", "--step", "gone", "--channel", "fax")["rows"]) == 1


def test_weeks_with_too_few_answers_are_a_page_without_a_chart(
    company: Callable[..., Ask], tmp_path: Path
) -> None:
    ask = company([nps(1, 0, 1, day=DAY)])
    page = tmp_path / "page.html"
    (row,) = ask("--by", "week", "--html", str(page))["rows"]
    assert row["point"] is None
    assert "<figure>" not in (text := page.read_text())
    assert "Show as table" in text


def test_a_group_without_a_value_and_hostile_names_are_told(
    company: Callable[..., Ask], tmp_path: Path
) -> None:
    names = ("", "=cmd()", "<script>alert(1)</script>", "\x1b[31mred")
    ask = company([ces(VECTOR, step=name, day=DAY) for name in names])
    page = tmp_path / "page.html"
    table = ask("--by", "step", "--html", str(page), form="")
    assert "(none)" in table
    assert "\x1b" not in table
    assert "'=cmd()" in ask("--by", "step", form="--csv")
    text = page.read_text()
    assert "<script" not in text
    assert "\x1b" not in text
    assert not re.search(r"https?:|url\(|src=|href=", text)


def test_pages_draw_weeks_agents_and_intervals(company: Callable[..., Ask], tmp_path: Path) -> None:
    monday = date(2026, 6, 1)
    weeks = [
        ces((5, 0, 0, 0, 0, 10, 20 + week % 3), day=monday + timedelta(weeks=week),
            text_version="1" if week < 8 else "2", **more)
        for week in range(16)
        for more in ({}, {"attribute": "agent_id", "value": f"A{week % 4}"})
    ]  # fmt: skip
    ask = company([*weeks, nps(2, 3, 5, day=DAY)], touchpoints(100, 80, 4, 30, day=DAY))
    page = tmp_path / "page.html"
    ask("--by", "week", "--html", str(page))
    text = page.read_text()
    assert text.count('class="band"') == 2
    assert "ces, text 2" in text
    assert "Show as table" in text
    ask("--by", "agent_id", "--html", str(page))
    assert "this is no ranking" in (text := page.read_text())
    assert text.count("<figure>") == 2
    ask("--html", str(page), "--lang", "nl")
    assert "te weinig" not in (text := page.read_text())
    assert "van alles wat is verstuurd" in text
    assert not ENGLISH_HEAD.search(text)
    ask("--by", "week", "--html", str(page), "--lang", "nl")
    assert "voortschrijdend gemiddelde" in page.read_text()
    ask("--since", "1d", "--html", str(page))
    assert "Nobody has answered" in page.read_text()


def test_targets_are_met_missed_or_not_certain(company: Callable[..., Ask]) -> None:
    """The mean lies between 4.4213 and 6.2454, effort between 1 and 1.9; nobody was asked at the first step."""
    policy = """
locale: {otherwise: en}
targets:
  - {survey: ces, at_least: 4.4}
  - {survey: ces, journey: complaint, step: resolved, at_least: 6.3}
  - {survey: ces, at_least: 80%}
  - {survey: effort, at_most: 2}
  - {survey: ces, step: opened, at_least: 5}
  - {survey: nps, at_least: 30}
"""
    low = {"survey": "effort", "scale_high": 5, "polarity": "lower_is_better"}
    ask = company([ces(VECTOR, day=DAY), ces((40, 5, 0, 0, 0), day=DAY, **low)], policy=policy)
    targets = ask()["targets"]
    assert [(target["survey"], target["verdict"], target["n"]) for target in targets] == [
        ("ces", "met", 10),
        ("ces", "missed", 10),
        ("ces", "not certain", 10),
        ("effort", "met", 45),
        ("ces", "not certain", 0),
        ("nps", "not certain", 0),
    ]
    (of_the_step,) = ask("--survey", "ces", "--step", "resolved")["targets"]
    assert of_the_step["bound"] == 6.3
    assert ask("--channel", "phone")["targets"] == []
    table = ask(form="")
    assert re.search(r"effort +all +all +mean +at most 2.00 +1.11 .* 45 +met", table)
    assert re.search(r"ces +all +all +top_box +at least 80.0 % +80.0 % .* 10 +not certain", table)


def test_by_customer_twenty_answers_of_ten_say_less(company: Callable[..., Ask]) -> None:
    """Each gave the same answer twice: effective n is 20 (2 S / 380) / (40 S / 3600) = 9.4737, whatever S is."""
    noon = datetime.combine(DAY, time(12), UTC)
    scores = [2, 3, 4, 5, 5, 6, 6, 7, 7, 7]
    responses = [
        ces_response(f"c{number}", f"i{number}-{time_asked}", score, noon)
        for number, score in enumerate(scores)
        for time_asked in range(2)
    ]
    counts = [2 * scores.count(score) for score in range(1, 8)]
    ask = company([ces(counts, day=DAY), ces(counts, day=BEFORE)], responses=responses)
    (naive,) = ask("--since", "2026-09-01")["rows"]
    (honest,) = ask("--since", "2026-09-01", "--per", "customer")["rows"]
    assert (naive["effective_n"], honest["effective_n"]) == (None, approx(9.473684, abs=1e-6))
    assert naive["point"] == honest["point"] == approx(5.2)
    assert honest["low"] < naive["low"] < naive["high"] < honest["high"]
    assert " 9.5 " in ask("--since", "2026-09-01", "--per", "customer", form="")
    (row,) = ask("--per", "customer", "--by", "week", "--since", "2026-09-01")["rows"]
    assert (row["group"]["week"], row["effective_n"]) == ("2026-09-14", approx(9.473684, abs=1e-6))
    assert "Hours are told by answer, not by customer" in ask("--per", "customer", "--by", "hour", code=2)


def test_a_day_of_twenty_five_hours_is_one_day_of_the_policys_zone(company: Callable[..., Ask]) -> None:
    """The clocks of Amsterdam go back on 25 October 2026: the day is from 22:00 UTC to 23:00 UTC of the next."""
    day = date(2026, 10, 25)
    begin = datetime(2026, 10, 24, 22, tzinfo=UTC)
    moments = [
        begin - timedelta(seconds=1),
        begin,
        begin + timedelta(hours=24, minutes=59),
        begin + timedelta(hours=25),
    ]
    responses = [ces_response(f"c{number}", f"i{number}", 3, at) for number, at in enumerate(moments)]
    ask = company([ces((0, 0, 2, 0, 0, 0, 0), day=day)], responses=responses)
    (row,) = ask("--since", str(day), "--until", str(day), "--per", "customer")["rows"]
    assert row["n"] == 2
