"""Every figure of a page is that of its CSV and its JSON, and that of the command that is asked the same."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.integration.cli.seeded_scores import ces, nps, rules_in, seeded, touchpoints
from tests.integration.console.same_figures import answers, command, options, rounded, seen, told_scores

Said = pytest.CaptureFixture[str]
MONDAY = date(2026, 8, 3)
UNTIL = {"until": "2026-09-30"}
WHEN = UNTIL | {"since": "2026-08-01"}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight weeks on three channels by four agents; phone is worse, and a text changed half way."""
    path = tmp_path_factory.mktemp("company")
    scores, coverage = [], []
    for week in range(8):
        day = MONDAY + week * timedelta(days=7)
        for at, channel in enumerate(("phone", "chat", "email")):
            worse = 6 - 3 * at
            asked = {"day": day, "journey": "complaint", "step": "resolved", "channel": channel}
            version = "1" if week < 5 else "2"
            counts = [worse, worse, 1, 2 + week % 3, 3, 8 + at, 9]
            scores.append(ces(counts, text_version=version, **asked))
            scores.append(nps(worse + week % 2, 4, 9, **asked))
            scores += [
                ces(
                    [n // 4 for n in counts],
                    text_version=version,
                    attribute="agent_id",
                    value=f"a-{agent}",
                    **asked,
                )
                for agent in range(4)
            ]
            coverage += touchpoints(240 - 30 * at, 90, 5, 40 + at, **asked)
        coverage += touchpoints(300, 0, 0, 0, day=day, journey="complaint", step="opened", channel="phone")
    seeded(path / "data", scores, coverage)
    rules_in(path / "rules")
    return path


def place(company: Path) -> list[str]:
    return ["--data", str(company / "data"), "--rules", str(company / "rules")]


HOSTILE = "<img src=x onerror=alert(1)>\"'{{7*7}}"


def test_names_from_outside_are_never_markup(tmp_path: Path) -> None:
    asked = {"day": MONDAY, "journey": HOSTILE, "step": HOSTILE, "channel": HOSTILE}
    scores = [
        ces(
            (0, 0, 1, 1, 2, 3, 30), survey=HOSTILE, text_version=HOSTILE, attribute=name, value=value, **asked
        )
        for name, value in (("", ""), ("agent_id", HOSTILE))
    ]
    seeded(tmp_path / "data", scores, touchpoints(240, 90, 5, 40, **asked))
    rules = rules_in(tmp_path / "rules")
    queries = [
        ("/journeys", WHEN), ("/coverage", WHEN), ("/coverage", WHEN | {"by": "channel"}), ("/pain-points", WHEN),
        *(("/scores", WHEN | {"by": by}) for by in ("week", "agent_id", "journey,step")),
        ("/scores", WHEN | {"survey": HOSTILE}),
    ]  # fmt: skip
    for (path, query), page in zip(queries, seen(tmp_path / "data", rules, queries), strict=True):
        assert "<img" not in page.html, (path, query)
        assert "{{7*7}}" in page.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "soon"}, {"by": "nothing"}, {"survey": "nothing"}, {"basis": "guessed"}, {"compare": "lately"},
        {"by": "week,day"}, {"measure": "median"}, {"since": "2026-09-30", "until": "2026-09-01"},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_told_is_said_and_nothing_fails(company: Path, wrong: dict[str, str]) -> None:
    for path in ("/scores", "/journeys", "/coverage", "/pain-points"):
        for answer in answers(
            company / "data", company / "rules", [(path, wrong), (f"/api/v1{path}", wrong)]
        ):
            assert answer.status_code in (200, 400), (path, answer.text)
            assert "made a mistake" not in answer.text
    (answer,) = answers(company / "data", company / "rules", [("/scores", wrong)])
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        UNTIL,
        WHEN | {"by": "journey,step,channel"},
        WHEN | {"by": "week", "survey": "nps"},
        WHEN | {"by": "agent_id", "survey": "ces"},
        WHEN | {"compare": "2026-07-01..2026-07-31", "survey": "nps"},
        {"compare": "2026-09-01", "survey": "nps", **WHEN},
        {"compare": "previous", "since": "2026-09-07", **UNTIL},
        WHEN | {"channel": "phone", "basis": "answered"},
        WHEN | {"by": "week,agent_id", "channel": "email", "survey": "ces"},
    ],
    ids=lambda query: " ".join(f"{name}={value}" for name, value in query.items()),
)
def test_scores(company: Path, query: dict[str, str], capsys: Said) -> None:
    words = ["scores", *options(query)]
    report = command(capsys.readouterr, place(company), *words, "--json")
    table = command(capsys.readouterr, place(company), *words, "--csv")
    (page,) = seen(company / "data", company / "rules", [("/scores", query)])
    assert page.json == report
    assert page.csv == table
    assert [figure for figure in told_scores(report) if figure not in page.text] == []


def test_the_parts_of_one_survey(company: Path, capsys: Said) -> None:
    query = WHEN | {"survey": "ces"}
    (page,) = seen(company / "data", company / "rules", [("/scores", query)])
    for by in ("week", "channel", "journey,step", "agent_id"):
        report = command(capsys.readouterr, place(company), "scores", *options(query | {"by": by}), "--json")
        assert report["rows"]
        assert [figure for figure in told_scores(report) if figure not in page.text] == [], by
    for row in command(capsys.readouterr, place(company), "scores", *options(query), "--json")["rows"]:
        assert all(f"{count:,}" in page.text for count in row["distribution"])


@pytest.mark.parametrize(
    "query",
    [UNTIL, WHEN | {"by": "channel"}, WHEN | {"by": "agent_id", "step": "resolved"}, WHEN | {"by": "week"}],
)
def test_coverage(company: Path, query: dict[str, str], capsys: Said) -> None:
    words = ["coverage", *options(query)]
    report = command(capsys.readouterr, place(company), *words, "--json")
    (page,) = seen(company / "data", company / "rules", [("/coverage", query)])
    assert page.json == report
    assert page.csv == command(capsys.readouterr, place(company), *words, "--csv")
    assert "reason=no_consent" in page.html
    for one in [report["total"], *report["groups"]]:
        found = one["answered_of"]["had_step"]
        assert f"{one['stages']['had_step']:,}" in page.text
        assert found["share"] is None or f"{100 * found['share']:.1f} %" in page.text


@pytest.mark.parametrize("query", [UNTIL, WHEN | {"survey": "ces"}])
def test_pain_points(company: Path, query: dict[str, str], capsys: Said) -> None:
    words = ["pain-points", *options(query)]
    report = command(capsys.readouterr, place(company), *words, "--json")
    (page,) = seen(company / "data", company / "rules", [("/pain-points", query)])
    assert page.json == report
    assert page.csv == command(capsys.readouterr, place(company), *words, "--csv")
    assert any(survey["found"] for survey in report["surveys"])
    for survey in report["surveys"]:
        for held in (*survey["found"], *survey["not_more_than_chance"]):
            assert rounded(survey["measure"], held["score"]) in page.text


@pytest.mark.parametrize("query", [WHEN, WHEN | {"survey": "ces"}, {"compare": "2026-09-01", **WHEN}])
def test_journeys(company: Path, query: dict[str, str], capsys: Said) -> None:
    (page,) = seen(company / "data", company / "rules", [("/journeys", query | {"effort": "yes"})])
    days = {"since": page.json["scores"]["first"], **UNTIL}
    by = {"by": "journey,step"}
    survey = {name: query[name] for name in ("survey",) if name in query}
    asked = {
        "scores": ["scores", *options(query | by)],
        "coverage": ["coverage", *options(days | by)],
        "pain_points": ["pain-points", *options(days | survey)],
        "effort": ["effort", *options(days)],
    }
    for part, words in asked.items():
        told = command(capsys.readouterr, place(company), *words, "--json")
        if part == "effort":
            # When it was asked; all else is the same.
            told["at"] = page.json[part]["at"]
        assert page.json[part] == told, part
    assert [figure for figure in told_scores(page.json["scores"]) if figure not in page.text] == []
    for group in page.json["coverage"]["groups"]:
        assert f"{group['stages']['had_step']:,}" in page.text
        assert f"{100 * group['stages']['sent'] / group['stages']['had_step']:.1f} %" in page.text
