"""Files with tests: their keys, and the tests of the rule set that they make."""

from typing import Final, get_args

from router.authoring.language.alert_test_files import AlertTestKeys
from router.authoring.language.given import MOST_EVENTS, GivenKeys, GivenSituation
from router.authoring.language.given_times import WHEN
from router.authoring.language.keys import Block, Kind, block, listing, optional, required
from router.authoring.language.kinds import NAME, TEXT, between, choice, one_or_more, shared
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.customer import InvitationKind
from router.model.decision import REASONS, Reason
from router.model.policy import Policy
from router.model.rule_tests import ExpectedInvitation, RuleTest


def _reasons(node: Node, key: str, problems: Problems) -> tuple[Reason, ...]:
    for item in node.each():
        if item.value not in REASONS:
            problems.unknown("R013", item.position, f"value of `{key}`", item.word, list(REASONS))
    return tuple(item.value for item in node.each() if item.value in REASONS)


_REASONS: Final[Kind[tuple[Reason, ...]]] = shared(
    "reasons",
    _reasons,
    {"description": "A reason, or a list of them.", **one_or_more({"enum": list(REASONS)})},
)


def _times(node: Node, key: str, problems: Problems) -> tuple[int, int] | None:
    """How often: a number, or from and up to."""
    numbers = [item.value for item in node.each()]
    whole = all(isinstance(one, int) and not isinstance(one, bool) for one in numbers)
    if whole and len(numbers) in (1, 2) and 0 <= numbers[0] <= numbers[-1] <= MOST_EVENTS and numbers[-1] > 0:
        return numbers[0], numbers[-1]
    problems.wrong(
        node, key, "how often it is sent", "such as `times: 20`, or from 40 up to 60: `times: [40, 60]`"
    )
    return None


_COUNT: Final = {"type": "integer", "minimum": 0, "maximum": MOST_EVENTS}
_TIMES: Final[Kind[tuple[int, int]]] = Kind(
    _times, {"anyOf": [_COUNT, {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2}]}
)


class ExpectedKeys(Block):
    """An invitation; what is not named is not compared."""

    customer = optional(TEXT, "to whom", without="any")
    rule = optional(NAME, "by which rule", without="any", names="rule")
    survey = optional(NAME, "which survey", without="any", names="survey")
    channel = optional(TEXT, "by which channel", without="any", names="channel")
    locale = optional(TEXT, "in which language", without="any")
    at = optional(WHEN, "when it is handed to the sender", without="any")
    reason = optional(
        _REASONS, "the reason of the decision: `invited`, or the limit that deferred it", without="any"
    )
    kind = optional(
        choice(*get_args(InvitationKind)),
        "`invitation`, the first question; `reminder`, the question again; `fallback`, the question on the next channel",
        without="any",
    )
    number = optional(between(1, 20), "which reminder: 1 is the first", without="any")
    times = optional(
        _TIMES, "how often it is sent, to whomever: `20`; or from and up to: `[40, 60]`", without="once"
    )
    text = optional(
        TEXT, "a part of its subject, introduction, question or open question, with the facts", without="any"
    )


class RuleTestKeys(
    Block,
    more={
        "if": {"properties": {"expect": {"maxItems": 0}}, "required": ["expect"]},
        "then": {"required": ["because"]},
    },
):
    """One test, on a clock of its own."""

    name = required(TEXT, "what the test is about, in a sentence; unique in the set")
    given = required(block(GivenKeys), "[who there is, what was before, and what happens](#given)")
    expect = required(
        listing(ExpectedKeys, "an expected invitation"),
        "the [invitations](#expect) that are sent, all of them, in any order; `[]`: none",
    )
    because = optional(
        _REASONS,
        "a [reason](../contracts/reasons.md), or several, for which something was not asked, so that a test cannot"
        " pass by accident",
        (),
        without="required with `expect: []`",
    )


class RuleTestFile(Block, more={"anyOf": [{"required": ["tests"]}, {"required": ["alert_tests"]}]}):
    """What the rules should do."""

    tests = optional(listing(RuleTestKeys, "a test"), "the tests of rules", [])
    alert_tests = optional(
        listing(AlertTestKeys, "a test"), "[tests of alerts](alerts.md#tests); may stand alone", []
    )


def read_tests(file: RuleTestFile, policy: Policy) -> list[RuleTest]:
    """The tests of one file that have no problem. Their local times are those of the policy."""
    return [test for keys in file.tests if (test := _test(keys, policy)) is not None]


def _test(keys: RuleTestKeys, policy: Policy) -> RuleTest | None:
    """A test; None where there is any problem in it."""
    before = len(keys.problems.found)
    given = keys.given
    if "because" not in keys.pairs and keys.expect == []:
        message = "a test that expects nothing lacks `because`"
        hint = "say why nothing is sent, such as `because: no_consent`"
        keys.problems.add("R011", keys.key_place("expect"), message, hint)
    if given is None:
        return None
    situation = GivenSituation(given, policy)
    expect = tuple(
        ExpectedInvitation(
            customers=situation.customer(one.customer, one.place("customer")),
            customer=one.customer,
            rule=one.rule,
            survey=one.survey,
            channel=one.channel,
            locale=one.locale,
            at=situation.moment(one.at),
            reason=one.reason[0] if one.reason else None,
            kind="reminder" if one.kind is None and one.number is not None else one.kind,
            number=one.number,
            text=one.text,
            times=one.times or (1, 1),
            position=one.node.position,
        )
        for one in keys.expect or ()
    )
    if not keys.sound or len(keys.problems.found) > before:
        return None
    return RuleTest(
        keys.name or "",
        situation.start,
        situation.customers,
        situation.events,
        expect,
        keys.because,
        situation.history,
        given.draws,
        situation.policy,
        keys.node.position,
        situation.until,
    )
