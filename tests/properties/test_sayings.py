"""What customers say, in any order: it comes to what a plain reading of all words by their times comes to.

The plain reading knows nothing of the profile: it looks through all words for each channel and purpose.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from router.decide.batch import Batch, key_of
from router.model.interaction import PREFERENCES_TYPE, Interaction
from router.policy.consent import answer
from router.rules.in_force import InForce
from tests.unit.core.builders import rules

START = datetime(2026, 3, 2, tzinfo=UTC)
CHANNELS = ("email", "sms")
PURPOSES = (None, "research", "sales")
RULES = rules(
    "rules: [{id: ask, when: {type: bought}, send: {survey: nps, channel: [email, sms]}}]",
    policy="consent: {given_by: agreed, withdrawn_by: stopped}\nsuppressed_by: {opted_out: left}\n",
)

KEYS = st.sampled_from(["email", "sms", "email/research", "sms/research", "email/sales", "Email", " SMS"])
UNREADABLE = st.sampled_from(["yes", "no", 0, 1, None, [], {}])
MAPS = st.dictionaries(KEYS, st.booleans() | st.booleans() | UNREADABLE, min_size=1, max_size=3)
LISTS = st.lists(st.sampled_from(["email", "sms", "email/research"]), max_size=2)
SUPPRESSIONS = st.lists(
    st.sampled_from(["opted_out", "bounced/email", "Legal-Hold", "opted_out/sms/research", "stop", 7]),
    max_size=2,
)
SAID = st.one_of(
    st.fixed_dictionaries({"consent": MAPS}),
    st.fixed_dictionaries({"consent": LISTS}),
    st.fixed_dictionaries({"suppressed": SUPPRESSIONS | st.sampled_from([True, "opted_out", {"a": 1}])}),
    st.fixed_dictionaries({"forget": st.just(True)}),
    st.fixed_dictionaries({"locale": st.sampled_from(["nl", "de", None]), "tier": st.integers(0, 2)}),
    st.sampled_from(
        ["stopped", "stopped:email", "stopped:SMS", "stopped:emial", "agreed:sms", "agreed", "left"]
    ),
)
LOGS = st.lists(SAID, max_size=8)


def interaction(name: int, hour: int, said: Any) -> Interaction:
    time = START + timedelta(hours=hour)
    if isinstance(said, dict):
        return Interaction("/test", str(name), PREFERENCES_TYPE, time, "c", attributes=said)
    kind, _, channel = said.partition(":")
    return Interaction("/test", str(name), kind, time, "c", channel or None)


def folded(log: Iterable[tuple[int, Any]]) -> Any:
    batch = Batch(InForce(RULES), {}, set(), event_time=True)
    for name, (hour, said) in enumerate(log):
        one = interaction(name, hour, said)
        batch.take(one, key_of(one), START + timedelta(days=9))
    customer = batch.customers.get("c")
    return customer.profile if customer else None


def plain_name(channel: str) -> str:
    return channel.strip().lower()


def words(log: list[Any]) -> list[tuple[str, str, int]]:
    """Every yes, no and unclear word with the channel or purpose it covers, `` for all, since all was last unknown."""
    found: list[tuple[str, str, int]] = []
    for at, said in enumerate(log):
        if not isinstance(said, dict):
            kind, _, channel = said.partition(":")
            if kind == "stopped":
                found.append((plain_name(channel), "no", at))
                found += [("", "unclear", at)] if channel == "emial" else []
            elif kind == "agreed" and channel:
                found.append((channel, "yes", at))
            continue
        if said.get("forget"):
            found = []
        consent = said.get("consent")
        if isinstance(consent, list):
            found = [(channel, "yes", at) for channel in consent]
        elif isinstance(consent, dict) and all(value is True or value is False for value in consent.values()):
            agreed = {plain_name(key): False for key, value in consent.items() if not value}
            agreed = {plain_name(key): True for key in consent} | agreed
            found += [(key, "yes" if value else "no", at) for key, value in agreed.items()]
        elif consent is not None:
            found.append(("", "unclear", at))
    return found


def read_plainly(log: list[Any], channel: str, purpose: str | None) -> str:
    if suppressions(log) == {"unclear"} or "unclear" in suppressions(log):
        return "unclear"
    spoken = words(log)
    own = channel if purpose is None else f"{channel}/{purpose}"
    last = [what for key, what, _ in spoken if key == own]
    if last and last[-1] == "no":
        return "no"
    covering = [(at, len(key), what) for key, what, at in spoken if key in (own, channel, "")]
    return max(covering)[2] if covering else "unknown"


def suppressions(log: list[Any]) -> set[str]:
    standing: set[str] = set()
    known = ("opted_out", "bounced", "legal_hold")
    for said in log:
        if said == "left":
            standing.add("opted_out")
        if not isinstance(said, dict) or "suppressed" not in said:
            continue
        given = said["suppressed"] if isinstance(said["suppressed"], list) else [said["suppressed"]]
        plain = [one.lower().replace("-", "_") if isinstance(one, str) else "?" for one in given]
        if all(one.split("/")[0] in known for one in plain):
            standing = set(plain)
        else:
            standing.add("unclear")
    return standing


@settings(max_examples=300, deadline=None)
@given(LOGS)
def test_the_profile_says_what_a_plain_reading_says(log: list[Any]) -> None:
    profile = folded(enumerate(log))
    if profile is None:
        assert not log
        return
    for channel in CHANNELS:
        for purpose in PURPOSES:
            assert answer(profile, channel, purpose) == read_plainly(log, channel, purpose)
    assert set(profile.suppressed) == suppressions(log)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_the_order_of_reading_makes_no_difference(data: st.DataObject) -> None:
    log = data.draw(LOGS)
    told, shuffled = list(enumerate(log)), data.draw(st.permutations(list(enumerate(log))))
    one, other = folded(told), folded(shuffled)
    if one is None:
        return
    assert (one.locale, one.attributes, one.suppressed) == (other.locale, other.attributes, other.suppressed)
    pairs = [(channel, purpose) for channel in CHANNELS for purpose in PURPOSES]
    assert [answer(one, *pair) for pair in pairs] == [answer(other, *pair) for pair in pairs]


@settings(max_examples=200, deadline=None)
@given(LOGS, MAPS)
def test_of_one_time_what_is_read_later_holds(log: list[Any], last: dict[str, Any]) -> None:
    profile = folded((0, said) for said in [*log, {"consent": last}])
    if all(isinstance(value, bool) for value in last.values()):
        refused = {plain_name(key) for key, value in last.items() if value is False}
        narrower = {plain_name(key) for key in last if "/" in key}
        for key in refused:
            channel, _, purpose = key.partition("/")
            assert answer(profile, channel, purpose or None) != "yes"
            assert all(
                answer(profile, channel, other) != "yes" or f"{channel}/{other}" in narrower
                for other in ("research", "sales")
                if not purpose
            )
    else:
        assert all(answer(profile, channel, purpose) != "yes" for channel in CHANNELS for purpose in PURPOSES)
