"""A no with one slip of the pen in it: whatever comes of the letters, the customer is not asked."""

import json
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from router.decide.batch import Batch, key_of
from router.decode import decode_preferences
from router.model.record import Record
from router.rules.in_force import InForce
from tests.unit.core.builders import event, moment, rules

RULES = rules(
    "rules: [{id: ask, when: {type: bought}, send: {survey: nps, channel: email}}]",
    policy="locale: {otherwise: en}\n",
)
NOES = (
    {"suppressed": "opted_out"},
    {"suppressed": ["opted_out", "bounced/sms"]},
    {"suppressed": ["Opted-Out/email"]},
    {"consent": {"email": False}},
    {"consent": {"email": False, "sms": True}, "locale": "nl"},
    {"consent": []},
    {"consent": ["sms"], "suppressed": ["legal_hold"]},
    {"forget": True},
)
SIGNS = st.sampled_from('abcxyz_-/ *1"{}[]:,é\u200b') | st.characters(
    exclude_categories=["Cs"], exclude_characters="\\"
)


@st.composite
def slips(draw: st.DrawFn) -> str:
    """The text of a no with a sign left out, doubled, put in, turned with its neighbour, or in the other case."""
    text = json.dumps(draw(st.sampled_from(NOES)))
    at = draw(st.integers(0, len(text) - 2))
    before, sign, after, rest = text[:at], text[at], text[at + 1], text[at + 2 :]
    return before + draw(
        st.sampled_from(
            (
                after + rest,
                sign + sign + after + rest,
                after + sign + rest,
                sign.swapcase() + after + rest,
            )
        )
        | SIGNS.map(lambda other: other + after + rest)
        | SIGNS.map(lambda other: other + sign + after + rest)
    )


def reason_after(no: bytes) -> str:
    """Why the customer is not asked after a yes and then this, read from the topic of preferences."""
    batch = Batch(InForce(RULES), {}, set(), event_time=True)
    for hour, value in enumerate((b'{"consent": ["email"], "suppressed": []}', no)):
        now = moment() + timedelta(hours=hour)
        record = Record("preferences", 0, hour, int(now.timestamp() * 1000), b"c-1", value)
        for one in decode_preferences(record, moment("99d")).interactions:
            batch.take(one, key_of(one), now)
    asking = event("bought", "3h")
    return batch.take(asking, key_of(asking), asking.time).decision.reason


@settings(max_examples=500, deadline=None)
@given(slips())
def test_no_slip_makes_a_customer_askable(no: str) -> None:
    assert reason_after(no.encode()) in ("suppressed", "no_consent", "preferences_unclear")


def test_it_is_the_no_that_does_it() -> None:
    assert reason_after(b'{"locale": "nl"}') == "invited"
    assert reason_after(b'{"consent": {"phone": false}}') == "invited"
