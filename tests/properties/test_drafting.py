"""A draft loads without errors, whatever a log names its types, channels and attributes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from router.authoring.drafting import LogTally, drafted
from router.authoring.language.load import check_texts
from router.cli.example_sets import SURVEYS
from router.model.interaction import Interaction

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
NAMES = st.one_of(
    st.sampled_from(
        ["order.placed", "order.placed ", "ORDER.placed", "a: b", "- x", "#", "'", '"', "yes", "null", "expired", "7",
         "customer_id", "order_id", "type", "channel", "id", "journey", "step", "a.b", "é", "x" * 200, "\u202e", "a\nb"]
    ),
    st.text(min_size=1, max_size=20),
)  # fmt: skip
VALUES = st.one_of(
    st.booleans(), st.integers(-5, 5), st.floats(allow_nan=False), NAMES, st.lists(NAMES, max_size=2)
)


@st.composite
def logs(draw: st.DrawFn) -> list[Interaction]:
    types = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    apart = draw(NAMES)
    events = []
    for n in range(draw(st.integers(1, 30))):
        attributes: dict[str, Any] = draw(st.dictionaries(NAMES, VALUES, max_size=3))
        if draw(st.booleans()):
            attributes[apart] = f"K{draw(st.integers(0, 6))}"
        channel = draw(st.none() | NAMES)
        at = BEGIN + timedelta(hours=draw(st.integers(0, 500)))
        customer = draw(st.sampled_from(["", "c-1", "c-2", "c-3"]))
        events.append(
            Interaction("/log", str(n), draw(st.sampled_from(types)), at, customer, channel, None, attributes)
        )
    return events


@given(logs())
@settings(max_examples=60, deadline=None)
def test_a_draft_loads_without_errors(events: list[Interaction]) -> None:
    tally = LogTally()
    for event in events:
        tally.take(event)
    checked = check_texts({**drafted(tally), "surveys/ces.yaml": SURVEYS["ces"].read_bytes()})

    assert [str(problem) for problem in checked.errors] == []
