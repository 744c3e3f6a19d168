"""Days unlike the others: holidays of several regions, special days, weekdays with hours of their own."""

from datetime import UTC, datetime, time
from typing import Any

import pytest

from router.authoring.comparison.policy import policy_changes
from router.authoring.language.load import check_texts, load_texts
from router.authoring.packing import pack, unpack
from router.model.customer import Customer, Profile
from router.model.interaction import Interaction
from router.model.policy import Hours, Policy, QuietHours
from router.model.zones import certain_zone
from router.policy import gates
from router.policy.hours import allowed, named_days, open_days, passed_over
from router.policy.open_days import DAYS_AHEAD, OpenDays, public_holidays
from router.words.gates import gate_sentence
from tests.unit.core.builders import candidate

AMSTERDAM = certain_zone("Europe/Amsterdam")
WORK = """
business_hours:
  from: "09:00"
  to: "18:00"
  days:
    mon-thu: open
    fri: until 17:00
    sat: 10:00-14:00
  holidays: [NL, BE]
  special_days:
    2026-12-24: until 12:00
    12-31: {name: New Year's Eve, hours: "until 16:00"}
    2026-12-27: 12:00-17:00
    2026-06-12: {name: Staff day}
"""
QUIET = """
quiet_hours:
  from: "21:00"
  to: "08:00"
  holidays: NL
  days:
    sat: 20:00-10:00
    sun: quiet
  special_days:
    12-24: from 18:00
    2026-11-11: 12:00-14:00
"""


def policy_of(text: str) -> Policy:
    return load_texts({"policy.yaml": text.encode()}).policy


def first(at: str, text: str, *, business: bool = False, **attributes: Any) -> str:
    moment = datetime.fromisoformat(at).replace(tzinfo=AMSTERDAM).astimezone(UTC)
    found = allowed(moment, policy_of(text), AMSTERDAM, business=business, attributes=attributes)
    return f"{found.astimezone(AMSTERDAM):%Y-%m-%dT%H:%M}" if found else "never"


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-12-10T12:00", "2026-12-10T12:00"),
        ("2026-12-11T17:00", "2026-12-12T10:00"),
        ("2026-12-12T14:00", "2026-12-14T09:00"),
        ("2026-12-24T11:59", "2026-12-24T11:59"),
        # Christmas is a Friday, the 26th a Saturday; the Sunday after is open.
        ("2026-12-24T12:00", "2026-12-27T12:00"),
        ("2026-12-31T16:00", "2027-01-02T10:00"),
        ("2027-12-31T15:59", "2027-12-31T15:59"),
        ("2026-06-12T09:00", "2026-06-13T10:00"),
        # A Belgian holiday, and a Dutch one.
        ("2026-07-21T10:00", "2026-07-22T09:00"),
        ("2026-04-27T10:00", "2026-04-28T09:00"),
    ],
)
def test_business_hours_of_days_unlike_the_others(at: str, opens: str) -> None:
    assert first(at, WORK, business=True) == opens


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-12-10T21:00", "2026-12-11T08:00"),
        # Friday evening: the Saturday begins at ten, and after eight it is quiet to Monday.
        ("2026-12-11T21:00", "2026-12-12T10:00"),
        ("2026-12-12T19:59", "2026-12-12T19:59"),
        ("2026-12-12T20:00", "2026-12-14T08:00"),
        ("2026-11-11T12:00", "2026-11-11T14:00"),
        ("2026-12-24T18:00", "2026-12-28T08:00"),
        ("2026-12-25T10:00", "2026-12-28T08:00"),
    ],
)
def test_quiet_hours_of_days_unlike_the_others(at: str, opens: str) -> None:
    assert first(at, QUIET) == opens


def test_half_a_day_opens_no_day_that_is_closed() -> None:
    text = 'business_hours: {from: "09:00", to: "18:00", days: mon-fri, special_days: {2026-12-26: "until 12:00"}}'
    assert first("2026-12-26T10:00", text, business=True) == "2026-12-28T09:00"


@pytest.mark.parametrize(
    ("country", "opens"),
    [
        (None, "2026-04-28T08:00"),
        ("Nederland", "2026-04-28T08:00"),
        (7, "2026-04-28T08:00"),
        ("NL", "2026-04-28T08:00"),
        ("be", "2026-04-27T10:00"),
        ("DE-BY", "2026-04-27T10:00"),
    ],
)
def test_the_customers_own_country_holds_only_where_it_is_known(country: Any, opens: str) -> None:
    """King's Day is one in the Netherlands alone."""
    text = 'quiet_hours: {from: "21:00", to: "08:00", holidays: {customer: country, otherwise: NL}}'
    assert first("2026-04-27T10:00", text, country=country) == opens


def test_days_that_never_open_end_the_search() -> None:
    closed = OpenDays(QuietHours(time(9), time(8)), Hours(start=time(10), end=time(12)))
    assert closed.first_from(datetime(2026, 1, 5)) is None  # noqa: DTZ001
    assert len(closed._days) <= DAYS_AHEAD + 1


MISTAKES = [
    ("holidays: nl", "R013", "write NL"),
    ("holidays: [NL, Belgium]", "R013", "write BE"),
    ("holidays: NL, BE", "R013", "write [NL, BE]"),
    ("holidays: Duitsland", "R013", "write DE"),
    ("holidays: DE-XX", "R013", "write DE, or a part of it such as DE-BB, DE-BE, DE-BW"),
    (
        "holidays: Mars",
        "R013",
        "write the two letters of a country, such as NL, or a part of one, such as DE-BY",
    ),
    ("holidays: customer", "R170", "write {customer: country, otherwise: NL}"),
    ("holidays: {otherwise: NL}", "R011", "add `customer:`"),
    ("special_days: {24-12-2026: closed}", "R167", "write a day such as 2026-12-24, or 12-24 for every year"),
    ("special_days: {2026-02-30: closed}", "R167", "write a day such as 2026-12-24"),
    ("special_days: {12-24: quiet}", "R168", "write closed"),
    (
        "special_days: {12-24: half day}",
        "R168",
        "write `closed`, `until 12:00`, `from 12:00` or `10:00-14:00`",
    ),
    ('special_days: {12-24: "until 24:00"}', "R168", "write `closed`"),
    ('special_days: {12-24: "14:00-10:00"}', "R168", "write `closed`"),
    ("special_days: {12-24: {nmae: Eve}}", "R014", "did you mean 'name'?"),
    ("special_days: [2026-12-24]", "R012", "write `2026-12-24: closed`"),
    ("special_days: {12-24: gesloten}", "R168", "write closed"),
    ('special_days: {12-24: "tot 9:30 uur"}', "R168", "write until 09:30"),
    ("days: {mon-fri: 9-17}", "R168", "write 09:00-17:00"),
    ("days: {weekdays: open}", "R013", "write mon-fri"),
    ("days: werkdagen", "R013", "write mon-fri"),
    ("days: {maandag: open}", "R013", "write mon"),
    ("days: {mon-fri: open, friday: closed}", "R013", "write fri"),
    ("days: [mon-fri, someday]", "R013", "one of mon, tue, wed, thu, fri, sat, sun"),
    ("days: {mon-fri: open, fri: closed}", "R169", "name each day once"),
    ("days: {mon: closed}", "R062", "`from` before `to`"),
]


@pytest.mark.parametrize(("keys", "code", "hint"), MISTAKES)
def test_a_mistake_is_told_with_what_to_write(keys: str, code: str, hint: str) -> None:
    text = f'business_hours:\n  from: "09:00"\n  to: "18:00"\n  {keys}\n'
    (problem,) = check_texts({"policy.yaml": text.encode()}).problems
    assert (problem.code, problem.position.line) == (code, 2 if code == "R062" else 4)
    assert (problem.hint or "").startswith(hint)


def test_days_that_say_all_need_no_other_hours() -> None:
    hours = policy_of(
        "business_hours:\n  days:\n    mon-thu: 09:00-18:00\n    fri: 9.00 to 17.00\n"
    ).business_hours
    assert hours is not None
    assert hours.days == (0, 1, 2, 3, 4)
    (lacking, *_) = check_texts({"policy.yaml": b"business_hours:\n  days:\n    fri: until 17:00\n"}).problems
    assert (lacking.code, lacking.message) == ("R011", "`business_hours` lacks `from`")


@pytest.mark.parametrize(
    ("quiet", "words"),
    [
        ("{from: '21:00', to: '08:00'}", None),
        ("{from: '07:00', to: '20:00'}", "the quiet hours leave no hour of the business hours"),
        ("{from: '21:00', to: '08:00', days: {mon-sun: quiet}}", "the quiet hours leave no hour of any day"),
    ],
)
def test_hours_that_leave_none_are_refused(quiet: str, words: str | None) -> None:
    text = f'quiet_hours: {quiet}\nbusiness_hours: {{from: "09:00", to: "18:00", holidays: NL}}\n'
    found = [problem.message for problem in check_texts({"policy.yaml": text.encode()}).problems]
    assert found == ([words] if words else [])


def test_two_attributes_for_the_customers_country_are_refused() -> None:
    text = """
quiet_hours: {from: "21:00", to: "08:00", holidays: {customer: country}}
business_hours: {from: "09:00", to: "18:00", holidays: {customer: customer.land}}
"""
    (problem,) = check_texts({"policy.yaml": text.encode()}).problems
    assert (problem.code, problem.hint) == ("R170", "name one attribute in both blocks")


def test_an_attribute_that_no_customer_has_says_no_country() -> None:
    text = """
attributes: {customer: [country, segment]}
quiet_hours: {from: "21:00", to: "08:00", holidays: {customer: contry, otherwise: NL}}
"""
    (problem,) = check_texts({"policy.yaml": text.encode()}).problems
    assert (problem.code, problem.position.line, problem.hint) == ("R141", 3, "did you mean 'country'?")


def test_a_revision_keeps_them() -> None:
    kept = load_texts(
        {"policy.yaml": (WORK + QUIET.replace("holidays: NL", "holidays: {customer: country}")).encode()}
    )
    _, unpacked = unpack(pack({}, kept), 3)
    assert unpacked.policy == kept.policy


def test_diff_tells_what_changed() -> None:
    plain = policy_of(
        'business_hours: {from: "09:00", to: "18:00"}\nquiet_hours: {from: "21:00", to: "08:00"}'
    )
    lines = "\n".join(policy_changes(plain, policy_of(WORK + QUIET)))
    assert "fri until 17:00, sat 10:00 to 14:00, 2026-12-24 until 12:00" in lines
    assert "every 12-31 (New Year's Eve) until 16:00" in lines
    assert "2026-06-12 (Staff day) closed, without holidays of NL, BE" in lines
    assert "21:00 to 08:00, sat 20:00 to 10:00, sun quiet, every 12-24 from 18:00" in lines
    assert "quiet on holidays of NL" in lines


def test_what_was_passed_over_is_named() -> None:
    policy = policy_of(WORK)
    days = open_days(policy, business=True)
    wanted, due = (datetime.fromisoformat(f"{text}Z") for text in ("2026-12-24T12:00", "2026-12-27T11:00"))
    assert passed_over(wanted, due, days, AMSTERDAM) == (
        "2026-12-24 special day",
        "2026-12-25 Christmas Day (NL)",
        "2026-12-26 Second Day of Christmas (NL)",
        "2026-12-27 special day",
    )
    assert passed_over(due, due, days, AMSTERDAM) == ()


def test_the_days_ahead_that_are_unlike_the_others_are_named() -> None:
    ahead = named_days(
        policy_of(WORK + QUIET), *(datetime(2026, 12, day, 12, tzinfo=UTC) for day in (23, 31))
    )
    assert [(f"{one.day:%d}", one.name, one.closed) for one in ahead] == [
        ("24", "special day", False),
        ("25", "Christmas Day (NL)", True),
        ("26", "Second Day of Christmas (NL)", True),
        ("27", "special day", True),
        ("31", "New Year's Eve", False),
    ]
    assert named_days(Policy(), datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 26, tzinfo=UTC)) == ()


def test_the_gate_tells_what_a_moment_was_moved_over_and_a_country_that_is_none() -> None:
    holidays = QuietHours(time(21), time(8), ("NL",), "country")
    customer = Customer("c-1", profile=Profile(attributes={"country": "Nederland"}))
    christmas = datetime(2026, 12, 25, 9, tzinfo=UTC)
    asked = Interaction("/test", "e-1", "call.completed", christmas, "c-1")
    one = candidate(
        customer=customer, policy=Policy(quiet_hours=holidays), interaction=asked, now=christmas, due=None
    )
    one.due = one.allowed_from(christmas)
    told = gates.hours(one)
    assert told.actual == {
        "due": datetime(2026, 12, 27, 8, tzinfo=UTC),
        "unreadable_country": "Nederland",
        "closed": ["2026-12-25 Christmas Day (NL)", "2026-12-26 Second Day of Christmas (NL)"],
    }
    assert gate_sentence(told).endswith(
        " Passed over: 2026-12-25 Christmas Day (NL), 2026-12-26 Second Day of Christmas (NL)."
    )


def test_names_of_holidays_are_those_of_no_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    public_holidays.cache_clear()
    monkeypatch.setenv("LANGUAGE", "nl")
    assert "Christmas Day" in public_holidays("NL", 2031).values()
    public_holidays.cache_clear()


def test_a_policy_without_special_days_is_what_it_was() -> None:
    assert allowed(datetime(2026, 12, 25, tzinfo=UTC), Policy(), AMSTERDAM, business=True) == datetime(
        2026, 12, 25, tzinfo=UTC
    )
