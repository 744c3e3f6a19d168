"""Rule files as a whole: valid together, or every problem at once, each with its place and a way out."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from router.authoring.language.amounts import duration
from router.authoring.language.load import check_directory, load_directory, load_texts
from router.authoring.language.problems import InvalidRules
from router.model.policy import Hours, Limit, QuietHours, Quota, ScoreSettings
from router.model.rules import Reminder
from tests.unit.core.builders import SURVEYS, problems, rules

SHIPPED = Path(__file__).parents[3] / "rules"
JOURNEY = "journey: purchase\nsteps: {placed: {on: order.placed}}\n"


def test_the_shipped_rules_are_valid() -> None:
    shipped = load_directory(SHIPPED)
    assert set(shipped.maps) == {
        "chat",
        "complaint",
        "delivery",
        "purchase",
        "return",
        "self-service",
        "service-appointment",
        "store-visit",
        "subscription",
    }
    assert set(shipped.surveys) == {"ces-1.0", "ces-2.0", "csat", "effort-1-7", "nps"}
    languages = {"nl", "en", "de", "fr", "es", "pt", "et"}
    assert all(set(survey.texts) == languages for survey in shipped.surveys.values())


def test_a_rule_with_everything() -> None:
    entry = rules(
        JOURNEY,
        """
rules:
  - id: full
    when: {journey: purchase, step: [placed], channel: web}
    unless: {event.gift: true}
    send: {survey: ces, channel: [email, sms]}
    priority: 80
    max_age: 24h
    delay: 1h30m
    within: business_hours
    expires: 5d
    sample: 12.5%
    cancel_on: [order.returned]
    reminder: {after: 3d, max: 2}
    enabled: false
    active: {from: 2026-01-01, until: "2026-02-01T00:00:00+01:00"}
""",
        policy='business_hours: {days: [mon-wed, fri], from: "09:00", to: "24:00", holidays: DE-BY}',
    ).rules["full"]
    rule = entry.rule
    assert (rule.journey, rule.steps, rule.channels, rule.priority) == (
        "purchase",
        ("placed",),
        ("email", "sms"),
        80,
    )
    assert (rule.max_age, rule.delay, rule.expires) == (
        timedelta(days=1),
        timedelta(minutes=90),
        timedelta(days=5),
    )
    assert (rule.sample, rule.within, rule.cancel_on, rule.enabled) == (
        0.125,
        "business_hours",
        ("order.returned",),
        False,
    )
    assert rule.reminder == Reminder(timedelta(days=3), 2)
    assert (rule.active_from, rule.active_until) == (
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 31, 23, tzinfo=UTC),
    )
    assert str(rule.position) == "1.yaml:3:5"


def test_how_responses_are_counted_is_read_with_its_defaults() -> None:
    plain, settings = (
        rules(policy=policy).policy.scores
        for policy in (
            "scores: {by: event.agent_id}",
            """
types: [store.visited]
scores:
  by: [agent_id, customer.segment]
  people: [event.agent_id]
  drivers: handle_time
  comments: drop
  outcomes: [store.visited]
  outcomes_within: 2w
  least: 20
  enough: 50
  smallest: {nps: 5, mean: 0.2, share: 2.5%}
""",
        )
    )
    assert plain == ScoreSettings(by=("agent_id",))
    assert settings == ScoreSettings(
        by=("agent_id", "customer.segment"),
        people=("agent_id",),
        drivers=("handle_time",),
        comments="drop",
        outcomes=("store.visited",),
        outcomes_within=timedelta(days=14),
        least=20,
        enough=50,
        smallest_nps=5.0,
        smallest_mean=0.2,
        smallest_share=0.025,
    )


def test_a_policy_with_everything() -> None:
    policy = rules(
        JOURNEY,
        policy="""
zone: Europe/Amsterdam
limits:
  - {id: shared, max: 1, per: 30d, on_limit: defer, up_to: 5d}
  - {id: own, survey: nps, max: 1, per: calendar_year, clock: [invited, answered]}
  - {id: agent, max: 3, per: 1w, same: agent_id, journey: purchase, metric: ces, channel: email}
quotas: [{id: q, survey: ces, same: agent_id, max: 30, per: calendar_month}]
quiet_hours: {from: "21:00", to: "08:00", zone: policy, otherwise: Europe/Amsterdam}
business_hours: {days: mon-fri, from: "09:00", to: "18:00", holidays: NL}
hold_out: 2%
consent: {unknown: allow}
recipient: required
reminders: {count_towards_limits: true}
locale: {otherwise: en}
salt: pepper
""",
    ).policy
    assert policy.limits == (
        Limit("shared", 1, timedelta(days=30), on_limit="defer", up_to=timedelta(days=5)),
        Limit("own", 1, "calendar_year", survey="nps", clock=("invited", "answered")),
        Limit(
            "agent", 3, timedelta(days=7), metric="ces", channel="email", journey="purchase", same="agent_id"
        ),
    )
    assert policy.quotas == (Quota("q", 30, "calendar_month", survey="ces", same="agent_id"),)
    assert policy.quiet_hours == QuietHours(time(21), time(8))
    assert policy.business_hours == Hours((0, 1, 2, 3, 4), time(9), time(18), ("NL",))
    assert (policy.hold_out, policy.unknown_consent, policy.recipient_required) == (0.02, "allow", True)
    assert (policy.zone, policy.zone_of_customer, policy.locale_otherwise) == (
        "Europe/Amsterdam",
        False,
        "en",
    )
    assert (policy.reminders_count, policy.salt) == (True, "pepper")


def rule_with(more: str, when: str = "{type: x}", send: str = "{survey: nps, channel: email}") -> str:
    return f"rules:\n  - id: r\n    when: {when}\n    send: {send}\n    {more}\n"


WRONG: list[tuple[str, str, str]] = [
    ("what: is this", "R072", "0.yaml:1:1"),
    ("- a list", "R072", "0.yaml:1:1"),
    (rule_with("prority: 1"), "R014", "0.yaml:5:5"),
    (rule_with("priority: high"), "R012", "0.yaml:5:15"),
    (rule_with("delay: 2 hours"), "R015", "0.yaml:5:12"),
    (rule_with("delay: -2h"), "R015", "0.yaml:5:12"),
    (rule_with("delay: 9999999d"), "R015", "0.yaml:5:12"),
    (rule_with("sample: 101%"), "R016", "0.yaml:5:13"),
    (rule_with("sample: 0.5"), "R016", "0.yaml:5:13"),
    (rule_with("enabled: no"), "R012", "0.yaml:5:14"),
    (rule_with("within: office_hours"), "R013", "0.yaml:5:13"),
    (rule_with("within: business_hours"), "R076", "0.yaml:5:13"),
    (rule_with("delay: 5d\n    expires: 5d"), "R041", "0.yaml:5:12"),
    (rule_with("active: {from: 2026-02-01, until: 2026-02-01}"), "R042", "0.yaml:5:39"),
    (rule_with("active: {from: 2026-13-01}"), "R018", "0.yaml:5:20"),
    (rule_with('active: {from: "2026-01-01T09:00:00"}'), "R018", "0.yaml:5:20"),
    (rule_with("priority: 1", send="{survey: npss, channel: email}"), "R074", "0.yaml:4:20"),
    (rule_with("priority: 1", send="{survey: nps}"), "R011", "0.yaml:4:11"),
    (rule_with("priority: 1", send="{survey: nps, channel: []}"), "R011", "0.yaml:4:25"),
    (rule_with("priority: 1", when="{journey: purchase}"), "R075", "0.yaml:3:21"),
    (rule_with("priority: 1", when="{journey: [a, b]}"), "R012", "0.yaml:3:21"),
    (rule_with("priority: 1", when="{step: placed}"), "R029", "0.yaml:3:12"),
    (rule_with("priority: 1", when="[]"), "R020", "0.yaml:3:11"),
    ("rules: {id: r}", "R012", "0.yaml:1:8"),
    ("rules: [x]", "R012", "0.yaml:1:9"),
    ("journey: j", "R011", "0.yaml:1:1"),
    ("journey: j\nsteps: {a: {}}", "R011", "0.yaml:2:12"),
    ("journey: j\nsteps: {a: {on: x}, b: {on: x}}", "R031", "0.yaml:2:29"),
    ("journey: j\nsteps: {a: {on: x}}\norder: [a, bb]", "R032", "0.yaml:3:12"),
    ("journey: j\nsteps: {a: {on: x}}\norder: [a, a]", "R034", "0.yaml:3:12"),
    ("journey: j\nsteps: {a: {on: x}}\neffort: {n: {count: x, sum: y}}", "R033", "0.yaml:3:13"),
    ("journey: j\nsteps: {a: {on: x}}\neffort: {n: {duration: {from: a, to: b}}}", "R032", "0.yaml:3:38"),
    ("surveys: {s: {metric: nps, scale: [0, 10], polarity: higher_is_better}}", "R011", "0.yaml:1:14"),
    (
        "surveys: {s: {metric: nps, scale: [0, 10], texts: {en: {question: q, low: l, high: h}}}}",
        "R011",
        "0.yaml:1:14",
    ),
    (
        "surveys: {s: {metric: nps, scale: [1, 10], polarity: higher_is_better, texts: {}}}",
        "R051",
        "0.yaml:1:35",
    ),
    (
        "surveys: {s: {metric: csat, scale: [1, 5], polarity: lower_is_better, texts: {}}}",
        "R052",
        "0.yaml:1:54",
    ),
    (
        "surveys: {s: {metric: ces, scale: [5, 1], polarity: lower_is_better, texts: {}}}",
        "R012",
        "0.yaml:1:35",
    ),
    ("limits: [{id: a, max: 0, per: 30d}]", "R012", "0.yaml:1:23"),
    ("limits: [{id: a, max: 1, per: 0d}]", "R015", "0.yaml:1:31"),
    ("limits: [{id: a, max: 1, per: 30d, on_limit: defer}]", "R061", "0.yaml:1:46"),
    ("limits: [{id: a, max: 1, per: 30d, clock: asked}]", "R013", "0.yaml:1:43"),
    ("limits: [{id: a, max: 1, per: 30d, survey: x}]", "R074", "0.yaml:1:44"),
    ("limits: [{id: a, max: 1, per: 30d}, {id: a, max: 2, per: 30d}]", "R063", "0.yaml:1:42"),
    ("quotas: [{id: a, max: 1, per: 30d}]", "R013", "0.yaml:1:31"),
    ("zone: Europe/Amsterdm", "R019", "0.yaml:1:7"),
    ('quiet_hours: {from: 21, to: "08:00"}', "R017", "0.yaml:1:21"),
    ('quiet_hours: {from: "24:30", to: "08:00"}', "R017", "0.yaml:1:21"),
    ('quiet_hours: {from: "08:00", to: "08:00"}', "R062", "0.yaml:1:14"),
    ('business_hours: {from: "18:00", to: "09:00"}', "R062", "0.yaml:1:17"),
    ('business_hours: {days: mo-fri, from: "09:00", to: "18:00"}', "R013", "0.yaml:1:24"),
    ('business_hours: {from: "09:00", to: "18:00", holidays: ZZ}', "R013", "0.yaml:1:56"),
    ('business_hours: {from: "09:00", to: "18:00", holidays: DE-XX}', "R013", "0.yaml:1:56"),
    ("consent: {unknown: perhaps}", "R013", "0.yaml:1:20"),
    ("hold_out: 2", "R016", "0.yaml:1:11"),
]


@pytest.mark.parametrize(("text", "code", "place"), WRONG)
def test_wrong(text: str, code: str, place: str) -> None:
    assert (code, place) in [(found.code, str(found.position)) for found in problems(text)]


def test_all_problems_of_all_files_come_at_once_in_reading_order() -> None:
    found = problems(rule_with("prority: 1\n    delay: x"), "a: 1\na: 2", "zone: Mars", "limits: x")
    assert [(entry.position.file, entry.code) for entry in found] == [
        ("0.yaml", "R014"),
        ("0.yaml", "R015"),
        ("1.yaml", "R072"),
        ("1.yaml", "R005"),
        ("2.yaml", "R019"),
        ("3.yaml", "R012"),
    ]
    assert str(found[0]) == "0.yaml:5:5: R014 unknown key in a rule: 'prority' (did you mean 'priority'?)"


def test_a_name_is_given_once() -> None:
    twice = problems(JOURNEY, JOURNEY, rule_with("priority: 1"), rule_with("priority: 1"), SURVEYS)
    assert [(entry.code, entry.position.file) for entry in twice if entry.code == "R073"] == [
        ("R073", "1.yaml"),
        ("R073", "3.yaml"),
        ("R073", "surveys.yaml"),
        ("R073", "surveys.yaml"),
    ]


def test_the_policy_may_be_split_but_a_key_stands_once() -> None:
    policy = rules("hold_out: 5%", policy="salt: x").policy
    assert (policy.hold_out, policy.salt) == (0.05, "x")
    assert [found.code for found in problems("salt: x", "salt: y")] == ["R005"]


def test_the_digest_names_the_content_and_not_the_files() -> None:
    one, other = JOURNEY.encode(), SURVEYS.encode()
    digest = load_texts({"a.yaml": one, "b.yaml": other}).sha256
    assert load_texts({"x/2.yaml": one, "x/1.yaml": other}).sha256 == digest
    assert load_texts({"a.yaml": one, "b.yaml": other + b"# \n"}).sha256 != digest


def test_a_directory_that_is_not_there_or_holds_nothing(tmp_path: Path) -> None:
    for directory, code in ((tmp_path / "none", "R070"), (tmp_path, "R071")):
        with pytest.raises(InvalidRules) as refused:
            load_directory(directory)
        assert [found.code for found in refused.value.problems] == [code]


def test_files_are_found_below_a_directory(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.yml").write_text(JOURNEY)
    (tmp_path / "b.yaml").write_text(SURVEYS)
    (tmp_path / "notes.txt").write_text("not rules")
    assert [Path(name).name for name in check_directory(tmp_path).texts] == ["b.yaml", "a.yml"]
    assert set(load_directory(tmp_path).maps) == {"purchase"}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("2h", 7_200), ("1d12h", 129_600), ("2w", 1_209_600), ("0m", 0)],
)
def test_durations(text: str, seconds: int) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "2", "h", "2 h", "1.5h", "-1h", "1831d", "1y", 30, None])
def test_no_durations(text: object) -> None:
    assert duration(text) is None
