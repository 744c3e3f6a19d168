"""The days that schedules make in a simulation, against a plain walk over every day; also when it is taken up again midway."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from router.decide.simulation import Simulation
from router.model.interaction import Interaction
from router.model.schedules import is_scheduled
from router.rules.in_force import InForce
from tests.properties.test_due_dates import anniversaries
from tests.unit.core.builders import ALLOW, T0, event, preferences, rules

ONCE = ("once", None, -60, timedelta(days=1))
MONTHLY = ("monthly", 1, 0, timedelta(days=3))
YEARLY = ("yearly", 12, 5, timedelta(hours=6))
PLANS = (ONCE, MONTHLY, YEARLY)
AT = 'hours: {from: "10:00", to: "10:00"}'
RULES = rules(
    "rules:\n  - {id: ask, when: {type: due}, send: {survey: nps, channel: email}}\n",
    f"""schedules:
  - {{id: once, type: due, date: customer.start, before: 60d, {AT}}}
  - {{id: monthly, type: due, date: customer.start, every: month, catch_up: 3d, {AT}}}
  - {{id: yearly, type: due, date: customer.start, every: year, after: 5d, catch_up: 6h, {AT}}}
""",
    policy=ALLOW,
)
END = T0 + timedelta(days=500)
STARTS = st.one_of(st.dates(date(2023, 12, 25), date(2027, 6, 1)), st.just(date(2024, 2, 29)), st.none())
SAYINGS = st.lists(
    st.tuples(st.integers(1, 400 * 24), STARTS), min_size=1, max_size=5, unique_by=lambda one: one[0]
)

Made = list[tuple[str, date, datetime]]
"""The schedule, the day, and the clock at which it was decided."""


def told(sayings: list[tuple[int, date | None]]) -> list[tuple[datetime, date | None, Interaction]]:
    """Sayings of a date by hours after the start, and interactions that say none, in order."""
    found = []
    for hours, start in sorted(sayings, key=lambda one: one[0]):
        about = preferences(f"{hours}h", start=start.isoformat()) if start else event("other", f"{hours}h")
        found.append((about.time, start, about))
    return found


def plain(sayings: list[tuple[datetime, date | None, Interaction]]) -> Made:
    """Every day that was due while its date was what the customer had said last, none before the last one made."""
    dated = [(at, start) for at, start, _ in sayings if start is not None]
    made: Made = []
    for number, (said, start) in enumerate(dated):
        until = dated[number + 1][0] if number + 1 < len(dated) else END
        for name, months, offset, catch_up in PLANS:
            base = anniversaries(start, months, END.date()) if months else [start]
            last = max((day for one, day, _ in made if one == name), default=date.min)
            for day in (one + timedelta(days=offset) for one in base):
                moment = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
                clock = max(moment, said)
                if moment > said - catch_up and clock <= until and day > last:
                    made.append((name, day, clock))
    return sorted(made, key=lambda one: (one[2], one[1], one[0]))


def made(run: Simulation) -> Made:
    found = [one for one in run.drained().decided if is_scheduled(one.interaction)]
    named = [(one.interaction.attributes, one.now) for one in found]
    return [(named["schedule"], date.fromisoformat(named["due_date"]), now) for named, now in named]


@settings(max_examples=60)
@given(SAYINGS, st.integers(0, 5))
def test_each_day_is_made_once_and_no_other_also_when_taken_up_again(
    sayings: list[tuple[int, date | None]], pause: int
) -> None:
    events = told(sayings)
    run, found = Simulation(InForce(RULES)), []
    for number, (at, _, about) in enumerate(events):
        if number == pause:
            found += made(run)
            run = run.under(InForce(RULES))
        run.take(about, at)
    run.settle(END)
    found += made(run)
    assert sorted(found, key=lambda one: (one[2], one[1], one[0])) == plain(events)
