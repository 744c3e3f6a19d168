"""Time zones: what a text means for certain, and by whose rules."""

from datetime import UTC, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, reset_tzpath

import pytest

from router.model import zones
from router.model.customer import Profile
from router.model.policy import Policy, QuietHours
from router.model.zones import ABBREVIATIONS, certain_zone, zone_name, zone_named, zone_names
from router.policy import gates
from router.policy.hours import customer_zone
from router.words.decisions import decision_sentence
from router.words.gates import gate_sentence
from tests.unit.core.builders import candidate, event, preferences, problems, rules, told

MEANT: list[tuple[str | None, list[str]]] = [
    ("Asia/Tokyo", ["Asia/Tokyo", "asia/tokyo", "ASIA/TOKYO", " Asia/Tokyo ", "Tokyo Standard Time", "JST", "jst"]),
    ("Europe/Berlin", ["Europe/Berlin", "W. Europe Standard Time", "w. europe standard time"]),
    ("America/New_York", ["america/new york", "America/New_York", "EDT"]),
    ("UTC+09:00", ["+09:00", "+9", "+09", "+0900", "UTC+9", "utc +09:00", "GMT+9", "GMT+09:00", "UTC+09:00"]),
    ("UTC-03:30", ["-03:30", "UTC-3:30", "\u221203:30", "GMT-0330"]),
    ("UTC+01:00", ["GMT+1", "+1", "UTC+01"]),
    ("UTC", ["UTC", "utc", "Z", "z", "+00:00", "-00:00", "UTC+0"]),
    ("GMT", ["GMT", "gmt"]),
    ("Etc/GMT+1", ["Etc/GMT+1", "etc/gmt+1"]),
    ("EST", ["EST"]),
    ("CET", ["CET", "cest"]),
    (None, ["", " ", "Tokyo", "Amsterdam", "PST", "CST", "IST", "BST", "Mars/Phobos", "Europe", "Factory", "9", "+"]),
    (None, ["+25:00", "+14:01", "+9:60", "UTC+9:5", "+09:00:00", "UTC9", "+\u0669", "localtime", "posixrules"]),
    (None, ["../../etc/passwd", "/etc/localtime", "Europe/../Europe/Berlin", "tzdata.zi", "a\0b", "x" * 10_000]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "texts"), MEANT)
def test_a_zone_by_any_certain_name(name: str | None, texts: list[str]) -> None:
    assert [zone_name(text) for text in texts] == [name] * len(texts)
    assert all((zone_named(text) is None) is (name is None) for text in texts)
    assert name is None or zone_name(name) == name


@pytest.mark.parametrize(
    ("text", "hours"), [("+09:00", 9), ("UTC-3:30", -3.5), ("GMT+1", 1), ("Etc/GMT+1", -1)]
)
def test_an_offset_holds_the_year_round(text: str, hours: float) -> None:
    zone = certain_zone(text)
    for month in (1, 7):
        assert datetime(2026, month, 1, tzinfo=zone).utcoffset() == timedelta(hours=hours)


def test_every_zone_and_abbreviation_there_is_can_be_loaded() -> None:
    assert len(zone_names()) > 500
    assert all(zone_named(name) is not None for name in (*zone_names().values(), *ABBREVIATIONS))


def test_the_pinned_rules_hold_and_not_the_machines(tmp_path: Path) -> None:
    """A machine that has Amsterdam in Tokyo."""
    wrong = tmp_path / "Europe"
    wrong.mkdir()
    (wrong / "Amsterdam").write_bytes(files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").read_bytes())
    reset_tzpath(to=[str(tmp_path)])
    ZoneInfo.clear_cache()
    zones._loaded.cache_clear()
    try:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        assert at.astimezone(ZoneInfo("Europe/Amsterdam")).utcoffset() == timedelta(hours=9)
        assert at.astimezone(certain_zone("Europe/Amsterdam")).utcoffset() == timedelta(hours=1)
    finally:
        reset_tzpath(to=())
        ZoneInfo.clear_cache()
        zones._loaded.cache_clear()


def test_the_policys_zone_is_not_taken_without_a_word() -> None:
    policy = Policy(zone="Europe/Amsterdam", quiet_hours=QuietHours(time(21), time(8)))
    for zone, said in (
        ("PST", "'PST' cannot be read; Europe/Amsterdam is used"),
        ("jst", None),
        (None, None),
    ):
        given = candidate(profile=Profile(locale="en", zone=zone, consent={"email": True}), policy=policy)
        sentence = gate_sentence(gates.hours(given))
        assert said in sentence if said else "cannot be read" not in sentence
    assert customer_zone(policy, "Tokyo Standard Time") is customer_zone(policy, "JST")
    never = Policy(zone="Europe/Amsterdam", zone_of_customer=False)
    given = candidate(profile=Profile(locale="en", zone="PST", consent={"email": True}), policy=never)
    assert "cannot be read" not in gate_sentence(gates.hours(given))


def test_preferences_say_what_could_not_be_read_and_keep_the_rest() -> None:
    given = preferences(locale="Dutch", zone="Mars/Phobos", consent=["email"])
    batch = told(rules(), [given])
    decision = batch.decided[0].decision
    assert (decision.reason, decision.actual) == (
        "preferences_recorded",
        {"locale": "Dutch", "zone": "Mars/Phobos"},
    )
    assert "language 'Dutch' cannot be read" in decision_sentence(decision)
    assert "time zone 'Mars/Phobos' cannot be read" in decision_sentence(decision)
    assert batch.customers["c-1"].profile.consent == {"email": True}
    read = told(rules(), [preferences(locale="NL_nl", zone="JST")])
    assert read.decided[0].decision.actual is None


def test_rules_name_zones_exactly() -> None:
    (found,) = problems("zone: asia/tokyo\n")
    assert (found.code, found.hint) == ("R019", "write Asia/Tokyo")
    (found,) = problems("zone: Tokyo Standard Time\n")
    assert (found.code, found.hint) == ("R019", "write Asia/Tokyo")
    (found,) = problems(
        "rules:\n  - {id: a, when: {type: x, customer.zone: Tokio}, send: {survey: nps, channel: email}}\n"
    )
    assert found.code == "R019"


def test_a_condition_finds_a_zone_by_any_name() -> None:
    known = rules(
        "rules:\n  - {id: a, when: {type: x, customer.zone: Asia/Tokyo}, send: {survey: nps, channel: email}}\n"
    )
    asked = [told(known, [preferences(zone=zone), event("x", at="1h")]).decided[-1].decision.rule
             for zone in ("jst", "Tokyo Standard Time", "asia/tokyo", "+09:00", "Mars/Phobos")]  # fmt: skip
    assert asked == ["a", "a", "a", None, None]
