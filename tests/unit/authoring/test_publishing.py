"""Revisions and their course, on a store in memory."""

import zlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import msgspec
import pytest
from msgspec.structs import replace

from router.authoring.language.load import load_texts
from router.authoring.language.problems import InvalidRules
from router.authoring.packing import UnreadableContent, pack, unpack
from router.authoring.publishing import (
    EFFECT_OVER,
    Authorship,
    ChangeRefused,
    FailingTests,
    NoMessage,
    Publisher,
)
from router.model.ledger import JournalRow
from router.model.revision import Course, CourseChanged, Revision
from router.rules.ruleset import RuleSet

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANN, BOB = (Authorship(name, "why", NOON) for name in ("ann", "bob"))


def rule_set(delay: str = "2h") -> dict[str, bytes]:
    return {
        "all.yaml": f"""
rules:
  - id: ask
    when: {{type: order.delivered}}
    send: {{survey: nps, channel: email}}
    delay: {delay}
""".encode(),
        "surveys.yaml": b"""
surveys:
  nps:
    metric: nps
    scale: [0, 10]
    polarity: higher_is_better
    texts: {en: {question: "Would you recommend us?", low: not likely, high: very likely}}
""",
        "policy.yaml": b"""
limits:
  - {id: any, max: 1, per: 30d, on_limit: defer, up_to: 5d}
  - {id: month, max: 2, per: calendar_month}
quotas: [{id: per-month, max: 1000, per: calendar_month}]
quiet_hours: {from: "21:00", to: "08:00", zone: customer, otherwise: Europe/Amsterdam}
consent: {unknown: allow}
""",
    }


TESTS = b"""
tests:
  - name: a delivery is asked about an hour later
    given: {customer: {locale: en, consent: [email]}, events: [{at: 0h, type: order.delivered}]}
    expect: [{rule: ask, survey: nps, channel: email}]
"""


def with_what_follows() -> dict[str, bytes]:
    """The set with all that speaks of what comes after a question."""
    texts = rule_set()
    rule = b"    reminder: {after: 3d, max: 2, channel: [sms, email]}\n"
    purpose = b"    purpose: research\n"
    told = b"""consent: {unknown: allow, given_by: consent.given, withdrawn_by: [consent.withdrawn]}
rate_caps: [{id: nps-email, survey: nps, channel: email, max: 500, per: 1h}]
suppressed_by: {opted_out: [customer.unsubscribed], legal_hold: dispute.opened}
scores: {by: [agent_id], comments: drop}
targets: [{survey: nps, at_least: 30}]
"""
    case = b"""
journey: case
instance: case_id
identifies_customer: true
steps: {opened: {on: case.opened, ends: true}}
"""
    return {
        "all.yaml": texts["all.yaml"] + rule,
        "surveys.yaml": texts["surveys.yaml"] + purpose,
        "policy.yaml": texts["policy.yaml"].replace(b"consent: {unknown: allow}\n", told),
        "case.yaml": case,
    }


class Memory:
    """Revisions in memory."""

    def __init__(self) -> None:
        self.kept: dict[int, Revision] = {}
        self.now: Course | None = None

    async def course(self) -> Course | None:
        return self.now

    async def revision(self, number: int) -> Revision:
        return self.kept[number]

    async def last_loaded(self) -> Revision | None:
        loaded = [one for one in self.kept.values() if not one.author]
        return loaded[-1] if loaded else None

    async def add(self, sha256: str, content: bytes, author: str, message: str, at: datetime) -> int:
        for number, known in self.kept.items():
            if known.sha256 == sha256:
                return number
        number = len(self.kept) + 1
        self.kept[number] = Revision(number, sha256, author, message, at, content)
        return number

    async def approve(self, number: int, by: str) -> None:
        self.kept[number] = replace(self.kept[number], approved_by=by)

    async def steer(self, course: Course) -> None:
        if self.now is not None and course.seq <= self.now.seq:
            raise CourseChanged(self.now)
        self.now = course


class Past:
    """A journal without a row; `fault` is what reading it comes to."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault

    async def journal_in_order(self, since: datetime) -> AsyncIterator[Sequence[JournalRow]]:
        assert since < NOON - EFFECT_OVER
        if self.fault is not None:
            raise self.fault
        for rows in ():
            yield rows


NOTHING = Past()


@pytest.fixture
def store() -> Memory:
    return Memory()


async def publish(store: Memory, delay: str, by: Authorship = ANN, *, four_eyes: bool = False) -> int:
    number = await proposed(store, delay, by)
    await Publisher(store, NOTHING, store.now, four_eyes=four_eyes).live(number, by)
    return number


async def proposed(store: Memory, delay: str = "2h", by: Authorship = BOB) -> int:
    publisher = Publisher(store, NOTHING, store.now)
    return await publisher.propose(await publisher.draft(rule_set(delay), NOON), by)


async def loaded_from_a_directory(store: Memory) -> int:
    rules = load_texts(rule_set("1h"))
    return await store.add(rules.sha256, pack(rule_set("1h"), rules), "", "loaded", NOON)


@pytest.mark.parametrize("texts", [rule_set(), with_what_follows()], ids=["plain", "with what follows"])
def test_a_packed_rule_set_comes_back_as_it_was_written(texts: dict[str, bytes]) -> None:
    rules = load_texts(texts)

    unpacked_texts, unpacked = unpack(pack(texts, rules), 7)

    assert unpacked_texts == texts
    assert unpacked.policy == rules.policy
    assert unpacked.surveys == rules.surveys
    assert unpacked.rules["ask"].rule == rules.rules["ask"].rule
    assert {name: entry.definition for name, entry in unpacked.maps.items()} == {
        name: entry.definition for name, entry in rules.maps.items()
    }
    assert (unpacked.sha256, unpacked.revision) == (rules.sha256, 7)


def test_a_revision_from_before_there_were_rate_caps_is_read() -> None:
    texts = rule_set()
    rules = load_texts(texts)
    old = msgspec.msgpack.decode(zlib.decompress(pack(texts, rules)))
    for added in ("rate_caps", "suppressed_by", "consent_given_by", "consent_withdrawn_by"):
        del old["policy"][added]

    _, unpacked = unpack(zlib.compress(msgspec.msgpack.encode(old)), 7)

    assert unpacked.policy == rules.policy


@pytest.mark.parametrize("content", [b"", b"no zip", pack(rule_set(), load_texts(rule_set()))[:-20]])
def test_content_that_is_damaged_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableContent, match="revision 3"):
        unpack(content, 3)


def test_a_revision_that_a_newer_check_refuses_still_comes_into_force() -> None:
    texts = rule_set()
    rules = load_texts(texts)
    policy = replace(rules.policy, limits=(replace(rules.policy.limits[0], same="channel"),))
    older = RuleSet([], [entry.rule for entry in rules.index.rules], rules.surveys, policy)
    refused = texts["policy.yaml"].replace(b"id: any,", b"id: any, same: channel,")
    with pytest.raises(InvalidRules, match="R066"):
        load_texts(texts | {"policy.yaml": refused})
    assert unpack(pack(texts, older), 1)[1].policy == policy


async def test_a_published_revision_is_in_force_and_a_rollback_brings_the_earlier_one_back(
    store: Memory,
) -> None:
    first, second = await publish(store, "1h"), await publish(store, "2h")
    assert store.now is not None
    assert (store.now.live, store.now.seq) == (second, 2)

    course = await Publisher(store, NOTHING, store.now).live(first, BOB, "rollback")

    assert (course.live, course.action, course.author) == (first, "rollback", "bob")


async def test_a_set_that_does_not_load_changes_nothing(store: Memory) -> None:
    await publish(store, "1h")
    before = store.now
    with pytest.raises(InvalidRules):
        await Publisher(store, NOTHING, store.now).draft({"rules.yaml": b"rules: ["}, NOON)
    assert store.now is before
    assert len(store.kept) == 1


async def test_of_two_who_publish_at_once_one_is_told_what_changed_meanwhile(store: Memory) -> None:
    await publish(store, "1h")
    slow = Publisher(store, NOTHING, store.now)
    number = await proposed(store, "3h")
    await publish(store, "2h")
    with pytest.raises(CourseChanged, match="ann changed the course meanwhile: publish of revision 3"):
        await slow.live(number, BOB)


async def test_a_rollout_goes_from_a_share_to_everybody(store: Memory) -> None:
    await publish(store, "1h")
    number = await proposed(store)

    some = await Publisher(store, NOTHING, store.now).rollout(number, 0.1, BOB)
    whole = await Publisher(store, NOTHING, store.now).rollout(number, 1.0, BOB)

    assert (some.live, some.rollout, some.share) == (1, number, 0.1)
    assert (whole.live, whole.rollout, whole.share) == (number, None, 0.0)


async def test_a_shadow_ends_where_its_revision_decides(store: Memory) -> None:
    await publish(store, "1h")
    number = await proposed(store)
    assert (await Publisher(store, NOTHING, store.now).shadow(number, BOB)).shadow == number
    assert (await Publisher(store, NOTHING, store.now).rollout(number, 0.5, BOB)).shadow is None


async def test_ending_gives_back_what_was_before(store: Memory) -> None:
    await publish(store, "1h")
    number = await proposed(store)
    await Publisher(store, NOTHING, store.now).rollout(number, 0.5, BOB)
    assert (await Publisher(store, NOTHING, store.now).end("end_rollout", BOB)).rollout is None
    for what in ("end_rollout", "end_shadow"):
        with pytest.raises(ChangeRefused):
            await Publisher(store, NOTHING, store.now).end(what, BOB)


async def test_with_four_eyes_somebody_else_must_approve(store: Memory) -> None:
    publisher = Publisher(store, NOTHING, store.now, four_eyes=True)
    number = await proposed(store, by=ANN)
    with pytest.raises(ChangeRefused, match="feedback-router approve 1"):
        await publisher.live(number, ANN)
    with pytest.raises(ChangeRefused, match="somebody else"):
        await publisher.approve(number, ANN)
    assert (await publisher.approve(number, BOB)).live == number


@pytest.mark.parametrize("name", ["ann ", " Ann", "ANN", "a n n", "\uff41nn"])
async def test_capitals_and_blanks_make_nobody_somebody_else(store: Memory, name: str) -> None:
    publisher = Publisher(store, NOTHING, store.now, four_eyes=True)
    number = await proposed(store, by=ANN)
    with pytest.raises(ChangeRefused, match="somebody else"):
        await publisher.approve(number, Authorship(name, "why", NOON))
    await store.approve(number, name)
    with pytest.raises(ChangeRefused, match="feedback-router approve 1"):
        await publisher.live(number, ANN)


async def test_an_approval_may_begin_with_a_share(store: Memory) -> None:
    first = await publish(store, "1h")
    number = await proposed(store, "3h", by=ANN)
    with pytest.raises(ChangeRefused, match="somebody else"):
        await Publisher(store, NOTHING, store.now, four_eyes=True).approve(number, ANN, 0.1)
    course = await Publisher(store, NOTHING, store.now, four_eyes=True).approve(number, BOB, 0.1)
    assert (course.live, course.rollout, course.share) == (first, number, 0.1)
    assert (await Publisher(store, NOTHING, store.now, four_eyes=True).live(number, BOB)).live == number


async def test_what_a_service_loaded_may_come_back_without_an_approval(store: Memory) -> None:
    loaded = await loaded_from_a_directory(store)
    number = await proposed(store, "3h", by=ANN)
    await Publisher(store, NOTHING, None, four_eyes=True).approve(number, BOB)
    publisher = Publisher(store, NOTHING, store.now, four_eyes=True)
    assert (await publisher.live(loaded, ANN, "rollback")).live == loaded


async def test_what_makes_no_sense_is_refused(store: Memory) -> None:
    empty = Publisher(store, NOTHING, None)
    number = await proposed(store, by=ANN)
    for attempt in (empty.rollout(number, 0.1, ANN), empty.shadow(number, ANN), empty.end("end_shadow", ANN)):
        with pytest.raises(ChangeRefused, match="nothing is published yet"):
            await attempt
    await empty.live(number, ANN)
    with pytest.raises(ChangeRefused, match="in force already"):
        await Publisher(store, NOTHING, store.now).live(number, ANN)
    with pytest.raises(ChangeRefused, match="decides for everybody"):
        await Publisher(store, NOTHING, store.now).rollout(number, 0.5, ANN)


async def test_a_set_that_fails_tests_of_its_own_is_no_draft(store: Memory) -> None:
    publisher = Publisher(store, NOTHING, None)
    assert (await publisher.draft(rule_set() | {"tests.yaml": TESTS}, NOON)).tests == 1
    failing = TESTS.replace(b"channel: email}]", b"channel: sms}]")
    with pytest.raises(FailingTests, match=r"1 of 1 test failed \(a delivery is asked"):
        await publisher.draft(rule_set() | {"tests.yaml": failing}, NOON)


async def test_a_draft_shows_its_effect_against_what_is_in_force(store: Memory) -> None:
    assert (await Publisher(store, NOTHING, None).draft(rule_set(), NOON)).against is None
    first = await publish(store, "1h")
    draft = await Publisher(store, NOTHING, store.now).draft(rule_set("2h"), NOON)
    assert (draft.against, draft.fault) == (first, None)
    assert draft.effect is not None


async def test_a_first_draft_shows_its_effect_against_what_a_service_loaded(store: Memory) -> None:
    loaded = await loaded_from_a_directory(store)
    draft = await Publisher(store, NOTHING, None).draft(rule_set("2h"), NOON)
    assert draft.against == loaded
    assert draft.effect is not None


@pytest.mark.parametrize("fault", [KeyError(""), RecursionError(), ValueError("c-1")])
async def test_an_effect_that_cannot_be_computed_keeps_no_set_from_being_published(
    fault: Exception, store: Memory
) -> None:
    await publish(store, "1h")
    draft = await Publisher(store, Past(fault), store.now).draft(rule_set("2h"), NOON)
    assert (draft.effect, draft.fault) == (None, type(fault).__name__)


@pytest.mark.parametrize("message", ["", " ", "x" * 501])
def test_a_change_says_why(message: str) -> None:
    with pytest.raises(NoMessage, match="Say why"):
        Authorship("ann", message, NOON)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, float("nan")])
async def test_a_share_of_the_customers_is_one(share: float, store: Memory) -> None:
    number = await publish(store, "1h")
    with pytest.raises(ChangeRefused, match="no share"):
        await Publisher(store, NOTHING, store.now).rollout(number, share, BOB)
