"""Whatever is told to a person is told in every language, with the same parts, by the reader's clock."""

import ast
import pkgutil
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from string import Formatter
from types import ModuleType, SimpleNamespace
from typing import get_args

import pytest

from router import cli, pages, words
from router.authoring.comparison.changes import What
from router.insights.periods import Days
from router.insights.score_report import WithinLimits
from router.model.cells import STAGES, ScoreDimension
from router.model.decision import GATES, Decision, RuleTrace, Verdict
from router.model.decision import REASONS as ALL_REASONS
from router.model.interaction import Interaction
from router.model.rules import AGO, All, AnyOf, Not
from router.model.rules import Test as Comparison
from router.model.zones import certain_zone
from router.pages import coverage_words, drivers_words, pain_point_words, scores_rows
from router.rules.evaluate import MISSING, first_failure_on, in_words
from router.scores.comparison import Change, OnTarget
from router.scores.question import Measure
from router.scores.score import Evidence
from router.words.coverage import stage_words
from router.words.decisions import again_sentence, decision_sentence, happened
from router.words.fragments import condition_words, fragment
from router.words.gates import gate_sentence, rule_sentence
from router.words.reasons import REASONS, REASONS_NL
from router.words.reports import blocked_words, heads, say
from router.words.rule_changes import change_line, change_title
from router.words.voice import LANGUAGES, PLAIN, Voice

DUTCH = Voice("nl", certain_zone("Europe/Amsterdam"))
WINTER = datetime(2026, 3, 2, 12, tzinfo=UTC)
_ENGLISH = re.compile(r"\b(the|must|but|is not|customer|not|holds|entered|stays|asked|none)\b")


def _tables() -> Iterator[tuple[str, str, object, object]]:
    """Every table of `router.words` that has a part for each language."""
    for module in pkgutil.iter_modules(words.__path__, "router.words."):
        for name, table in vars(import_module(module.name)).items():
            if isinstance(table, Mapping) and set(table) == set(LANGUAGES):
                yield module.name, name, table["en"], table["nl"]


def _parts(sentence: object) -> set[str]:
    texts = [sentence] if isinstance(sentence, str) else [one for one in sentence or () if one]  # type: ignore[attr-defined]
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


def test_no_text_is_missing_in_a_language() -> None:
    tables = list(_tables())
    assert len(tables) > 20
    for module, name, english, dutch in tables:
        if isinstance(english, Mapping) and isinstance(dutch, Mapping):
            assert list(english) == list(dutch), (module, name)
            for key, sentence in english.items():
                assert _parts(sentence) == _parts(dutch[key]), (module, name, key)


def test_every_reason_has_its_dutch_sentence() -> None:
    assert tuple(REASONS) == tuple(REASONS_NL) == ALL_REASONS
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in REASONS_NL.values())


@pytest.mark.parametrize("outcome", ["invite", "no_survey", "defer"])
def test_a_decision_is_told_in_dutch_by_the_readers_clock(outcome: str) -> None:
    decision = Decision(outcome, "invited", rule="na-levering", survey="nps", due_at=WINTER)  # type: ignore[arg-type]
    told = decision_sentence(decision, DUTCH) + again_sentence(decision, WINTER, DUTCH)

    assert not _ENGLISH.search(told)
    assert ("2026-03-02 13:00 CET" in told) == (outcome != "no_survey")


@pytest.mark.parametrize("passed", [True, False])
@pytest.mark.parametrize("gate", GATES)
def test_every_gate_is_told_in_dutch(gate: str, passed: bool) -> None:
    told = gate_sentence(Verdict(gate, passed), DUTCH)  # type: ignore[arg-type]
    assert told.endswith(".")
    assert not _ENGLISH.search(told)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (
            Comparison("journey.contacts", "gte", 2),
            "journey.contacts moet minstens zijn: 2, maar dat ontbreekt",
        ),
        (Comparison("type", "ne", "x"), "type mag niet zijn: x, maar dat ontbreekt"),
        (
            Comparison("channel", "in", ("email", "sms")),
            "channel moet een zijn van email, sms, maar dat ontbreekt",
        ),
        (Comparison("event.a", "exists", True), "event.a moet er zijn, maar dat ontbreekt"),
        (
            AnyOf((Comparison("a", "gt", 1), Comparison("b", "prefix", "of"))),
            "geen van deze geldt: a moet meer zijn dan 1, maar dat ontbreekt; b moet beginnen met of, maar dat ontbreekt",
        ),
        (
            Not(All((Comparison("a", "exists", False), Not(Comparison("b", "contains", "and"))))),
            "niet (a mag er niet zijn en niet (b moet bevatten: and)), maar dat geldt",
        ),
    ],
)
def test_a_condition_that_failed_is_told_in_dutch(condition: object, told: str) -> None:
    failed = first_failure_on(lambda _: lambda _facts: MISSING, condition, SimpleNamespace(at=WINTER))  # type: ignore[arg-type]
    assert fragment(failed or "", "nl") == told


def test_how_long_ago_something_was_is_told_in_dutch() -> None:
    told = "customer.last_call must be longer ago than 30d, but it is 2d3h ago (rules.yaml:4:9)"
    assert fragment(told, "nl") == (
        "customer.last_call moet langer geleden zijn dan 30d, maar het is 2d3h geleden (rules.yaml:4:9)"
    )


@pytest.mark.parametrize(
    "operator",
    [
        "eq", "ne", "gt", "gte", "lt", "lte", "between", "in", "not_in", "prefix", "suffix", "contains", "matches",
        "longer_ago_than", "within",
    ],
)  # fmt: skip
def test_a_condition_that_holds_is_told_as_a_fact_in_dutch(operator: str) -> None:
    value = 86_400 if operator in AGO else ("x", "y")
    told = condition_words(in_words(Comparison("customer.open", operator, value)), "nl")  # type: ignore[arg-type]
    assert told.startswith("customer.open ")
    assert not re.search(r"\b(must|be|over|least|moet|mag)\b", told)


def test_how_long_ago_it_was_is_told_in_dutch() -> None:
    condition = Comparison("customer.last_contact", "longer_ago_than", 30 * 86_400)
    facts = SimpleNamespace(at=WINTER)
    failed = first_failure_on(lambda _: lambda _facts: WINTER - timedelta(days=3), condition, facts)
    assert fragment(failed or "", "nl") == (
        "customer.last_contact moet langer geleden zijn dan 30d, maar het is 3d geleden"
    )


def test_a_rule_that_was_not_tried_says_so_in_dutch() -> None:
    trace = RuleTrace(
        "r", 10, tried=False, matched=False, failed="journey klacht did not enter opgelost or gesloten"
    )
    assert (
        rule_sentence(trace, DUTCH) == "Niet geprobeerd: klantreis klacht kwam niet bij opgelost or gesloten."
    )


def test_a_time_names_its_zone_whatever_the_season() -> None:
    assert PLAIN.moment(WINTER) == "2026-03-02 12:00 UTC"
    assert DUTCH.moment(WINTER + timedelta(days=100)) == "2026-06-10 14:00 CEST"
    assert DUTCH.weekday(WINTER) == "ma 02 mrt 13:00"
    assert PLAIN.weekday(WINTER) == "Mon 02 Mar 12:00"
    assert Voice(zone=certain_zone("America/Sao_Paulo")).moment(WINTER) == "2026-03-02 09:00 UTC-03"
    assert [Voice(zone=certain_zone(name)).zone_name() for name in ("UTC", "Asia/Tokyo", "+09:00")] == [
        "UTC",
        "Asia/Tokyo",
        "UTC+09:00",
    ]
    assert DUTCH.moment(None) == "geen bekende tijd"


def test_what_happened_is_told_in_dutch() -> None:
    interaction = Interaction("/crm", "1", "call.completed", WINTER, "c-1", channel="phone")
    assert happened(interaction, DUTCH) == "Om 2026-03-02 13:00 CET: call.completed voor klant c-1 (phone)."


def _told_by_name() -> Iterator[tuple[str, str]]:
    """Every text that a command or a page tells by its English name, with the file."""
    for path in [*_files(cli), *_files(pages)]:
        if "from router.words.reports import" not in (source := path.read_text(encoding="utf-8")):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                yield from ((path.name, text) for text in _literals(node.args[1]))


def _files(room: ModuleType) -> list[Path]:
    return sorted(Path(str(room.__file__)).parent.rglob("*.py"))


def _literals(given: ast.expr) -> list[str]:
    parts = [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def test_every_head_tile_and_caption_of_a_report_is_known_in_dutch() -> None:
    told = list(_told_by_name())
    assert len({path for path, _ in told}) > 10
    for path, english in told:
        parts = dict.fromkeys(_parts(english), "")
        assert say("nl", english, **parts) != "", path


@pytest.mark.parametrize(
    "columns",
    [
        scores_rows.TARGET_COLUMNS, coverage_words.WHY_NOT, coverage_words.DIFFERING, pain_point_words.HELD,
        pain_point_words.TOO_FEW, drivers_words.SIGNAL_COLUMNS, drivers_words.BIN_COLUMNS,
    ],
)  # fmt: skip
def test_the_columns_of_reports_are_known_in_dutch(columns: tuple[str, ...]) -> None:
    assert heads("en", columns) == list(columns)
    assert len(heads("nl", columns)) == len(columns)


def test_closed_lists_of_reports_are_known_in_dutch() -> None:
    verdicts = [*get_args(Change), *get_args(Evidence), *get_args(WithinLimits), *get_args(OnTarget)]
    measures = [told for measure in get_args(Measure) for told in (measure, measure.replace("_", " "))]
    grouped = [name for name in get_args(ScoreDimension) if name != "attribute"]
    for english in [*verdicts, "not compared", "more than chance", "shifted", *measures, *grouped]:
        assert say("nl", english)
    assert [stage_words(stage, "nl") for stage in STAGES].count("") == 0


@pytest.mark.parametrize(
    ("blocked", "told"),
    [
        (
            "the text changed from 1 to 2; --across-texts compares all the same",
            "de tekst veranderde van 1 in 2; met --across-texts wordt toch vergeleken",
        ),
        (
            "another question was asked before: scale, text version changed",
            "eerst werd iets anders gevraagd: schaal, tekst veranderde",
        ),
    ],
)
def test_why_two_scores_are_not_compared_is_told_in_dutch(blocked: str, told: str) -> None:
    assert blocked_words("en", blocked) == blocked
    assert blocked_words("nl", blocked) == told


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (date(2026, 3, 1), date(2026, 5, 31), "1 maart tot en met 31 mei 2026, dagen in Europe/Amsterdam"),
        (date(2025, 10, 1), date(2026, 8, 1), "1 oktober 2025 tot en met 1 augustus 2026, dagen in Europe/Amsterdam"),
        (date(2026, 1, 2), date(2026, 1, 2), "2 januari 2026, een dag in Europe/Amsterdam"),
        (None, date(2026, 2, 3), "tot en met 3 februari 2026, dagen in Europe/Amsterdam"),
    ],
)  # fmt: skip
def test_days_are_told_in_dutch(first: date | None, last: date, told: str) -> None:
    assert Days(first, last).words("Europe/Amsterdam", "nl") == told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("delay 2h → 4h", "delay 2h → 4h"),
        ("new expires 5d", "nieuw: expires 5d"),
        ("expires 5d dropped", "expires 5d vervalt"),
        ("condition event.days: is over 1 → is at least 2", "voorwaarde event.days: is meer dan 1 → is minstens 2"),
        ("new condition channel is one of email, chat", "nieuwe voorwaarde channel is een van email, chat"),
        ("asks nps by email or sms when order comes to delivered", "vraagt nps via email of sms als order komt bij delivered"),
        ("limit any: 1 per 60d → 2 per calendar_month", "limit any: 1 per 60d → 2 per calendar_month"),
        ("new text en “Is it new, or dropped if old?”", "nieuw: text en “Is it new, or dropped if old?”"),
        ("never ask while customer.open is claim", "nooit vragen zolang customer.open is claim"),
        ("3 days after customer.renewal", "3 dagen na customer.renewal"),
        ("switched off", "uitgeschakeld"),
        ("12 added", "12 toegevoegd"),
    ],
)  # fmt: skip
def test_a_change_of_rules_is_told_in_dutch(line: str, told: str) -> None:
    assert change_line(line, "nl") == told
    assert change_line(line, "en") == line


def test_a_change_is_named_in_dutch() -> None:
    assert change_title("rule", "ask", "removed", "nl") == "regel ask verwijderd"
    assert change_title("policy", "", "changed", "nl") == "beleid"
    for kind in get_args(What):
        assert change_title(kind, "", "changed", "en") == kind
