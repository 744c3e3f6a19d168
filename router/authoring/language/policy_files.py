"""Files with parts of the policy: their keys, and the one policy of the set."""

from typing import Any, Final

from router.authoring.language.attributes import AttributeKeys, declared
from router.authoring.language.customer_signals import CustomerSignalKeys, customer_signals, read_signal
from router.authoring.language.definitions import Placed, PolicyDefinition
from router.authoring.language.facts import FACTS
from router.authoring.language.groups import Groups
from router.authoring.language.hours import BusinessHoursKeys, QuietHoursKeys, business_hours, quiet_hours
from router.authoring.language.keys import Block, Kind, block, listing, named, optional, pairs
from router.authoring.language.kinds import (
    FLAG,
    LOCALE,
    SHARE,
    TEXT,
    TEXTS,
    ZONE,
    choice,
    one_or_more,
    read_texts,
)
from router.authoring.language.limits import LimitKeys, QuotaKeys, RateCapKeys, definitions_of
from router.authoring.language.never_ask_while import NEVER_ASK_WHILE, never_ask_while
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.authoring.language.score_keys import ScoreKeys, score_settings
from router.authoring.language.targets import TargetKeys, targets_of
from router.model.policy import Limit, Policy, Quota, RateCap, ScoreSettings
from router.model.preferences import SUPPRESSIONS
from router.model.rules import Position


def _suppressed_by(node: Node, key: str, problems: Problems) -> dict[str, str]:
    """By interaction type, the suppression that it means."""
    meanings: dict[str, str] = {}
    for reason, (name, types) in pairs(node, f"`{key}`", problems).items():
        if reason not in SUPPRESSIONS:
            problems.unknown("R013", name.position, "suppression", reason, list(SUPPRESSIONS))
        for kind in read_texts(types, reason, problems):
            if kind in meanings:
                message = f"{kind!r} means both {meanings[kind]!r} and {reason!r}"
                problems.add("R012", name.position, message, "one suppression for a type")
            meanings.setdefault(kind, reason)
    return meanings


_SUPPRESSED_BY: Final = Kind(
    _suppressed_by,
    {
        "type": "object",
        "properties": {
            reason: {"description": "Types that mean this.", **TEXTS.schema} for reason in SUPPRESSIONS
        },
        "additionalProperties": False,
    },
    TEXTS.definitions,
)
_LOCALES: Final[Kind[tuple[str, ...]]] = Kind(read_texts, one_or_more(LOCALE.schema), LOCALE.definitions)


class ConsentKeys(Block):
    """Consent."""

    unknown = optional(
        choice("refuse", "allow"), "what an unknown consent means, `refuse` or `allow`", "refuse"
    )
    given_by = optional(
        TEXTS,
        "interaction types that mean yes to the channel they happened on; without a channel to none",
        (),
    )
    withdrawn_by = optional(
        TEXTS, "interaction types that mean no to the channel they happened on; without a channel to all", ()
    )


class LocaleKeys(Block):
    """Languages."""

    otherwise = optional(LOCALE, "the locale of the text for a customer whose own has none")
    promised = optional(_LOCALES, "the locales in which every survey must have a text", ())


class RemindersKeys(Block):
    """Reminders."""

    count_towards_limits = optional(
        FLAG, "whether a reminder counts, and is held against limits, like an invitation of its own", False
    )


class PolicyFile(Block, called="the policy (policy.yaml)", more={"minProperties": 1}):
    """What holds for every rule."""

    limits = optional(
        listing(LimitKeys, "a limit"),
        "[contact limits](#contact-limits): how often one customer is asked",
        [],
    )
    quotas = optional(
        listing(QuotaKeys, "a quota"),
        "[quotas](#quotas): how many invitations all customers together get",
        [],
    )
    rate_caps = optional(
        listing(RateCapKeys, "a rate cap"),
        "[rate caps](#rate-caps): how fast invitations leave for the sender",
        [],
    )
    quiet_hours = optional(block(QuietHoursKeys), "local hours in which nothing is sent, see [hours](#hours)")
    business_hours = optional(
        block(BusinessHoursKeys),
        "what `within: business_hours` of a rule means",
        without="none; such a rule needs them",
    )
    zone = optional(
        ZONE,
        "the time zone of calendar periods, and of customers whose own is not used, such as `Europe/Amsterdam`",
        without="`otherwise` of `quiet_hours`, else `UTC`",
    )
    locale = optional(block(LocaleKeys), "which languages there are texts in")
    hold_out = optional(SHARE, "the share of customers who are never asked", 0.0, without="`0%`")
    consent = optional(block(ConsentKeys), "how customers agree to being asked")
    suppressed_by = optional(
        _SUPPRESSED_BY,
        "interaction types after which the customer is not asked any more, by"
        " [suppression](#consent-and-suppression)",
        {},
    )
    never_ask_while = optional(
        NEVER_ASK_WHILE,
        "[conditions under which nobody is asked](#never-ask-while), whatever the rule; each on its own forbids",
    )
    customer = optional(
        named(CustomerSignalKeys, "customer signal {name!r}", read_signal),
        "[signals of the customer](#signals-of-the-customer), for conditions on `customer.…`",
        {},
    )
    recipient = optional(
        choice("required", "optional"),
        "`required`: the interaction must bring an address for the channel; `optional`: the sender looks it up",
        "optional",
    )
    reminders = optional(block(RemindersKeys), "how reminders are held against limits")
    scores = optional(block(ScoreKeys), "how responses are counted and told, see [scores](#scores)")
    targets = optional(
        listing(TargetKeys, "a target"), "[targets](#targets): the scores that surveys should have", []
    )
    facts = optional(
        FACTS,
        "[facts](surveys.md#facts) that texts of surveys may name, each with the field that says it:"
        " `case_id: event.case_id`",
        {},
    )
    salt = optional(
        TEXT, "mixed into hold-out and samples: another salt draws other customers", without="empty"
    )
    channels = optional(
        TEXTS,
        "all channels that there are, also those that only consent speaks of: any other in a rule, limit or test"
        " is a mistake",
        (),
        without="any",
    )
    types = optional(
        TEXTS,
        "interaction types besides those that journeys name: any other in a rule or test is then a mistake",
        (),
        without="any",
    )
    attributes = optional(
        block(AttributeKeys),
        "the [attributes](#attributes) that interactions and customers carry",
        without="any",
    )


def read_policy(nodes: list[Node], problems: Problems, groups: Groups) -> PolicyDefinition:
    """The policy from all policy files; a key may stand in one of them only. Its conditions may name groups."""
    whole_policy = _merged(nodes, problems)
    if whole_policy is None:
        return PolicyDefinition(Policy())
    keys = PolicyFile(whole_policy, "the policy", problems)
    limits = definitions_of(Limit, keys.limits)
    quotas = definitions_of(Quota, keys.quotas)
    caps = definitions_of(RateCap, keys.rate_caps)
    targets = targets_of(keys.targets)
    for one in keys.limits:
        if one.on_limit == "defer" and "up_to" not in one.pairs:
            message, hint = "`on_limit: defer` needs `up_to`", "such as `up_to: 5d`"
            problems.add("R061", one.place("on_limit"), message, hint)
    named: dict[str, Position] = {}
    all_limits: tuple[Placed[Any], ...] = (*limits, *quotas, *caps)
    for limit in all_limits:
        # Decisions name the limit that refused.
        name, place = limit.definition.id, limit.place("id")
        if name in named:
            problems.add("R063", place, f"two limits are called {name!r}", f"the first is at {named[name]}")
        named.setdefault(name, place)
    quiet, consent, locale = keys.quiet_hours, keys.consent, keys.locale
    if consent:
        for kind in sorted({*consent.given_by} & {*consent.withdrawn_by}):
            message = f"{kind!r} cannot both give and withdraw consent"
            problems.add("R012", consent.place("withdrawn_by"), message, "keep one")
    policy = Policy(
        limits=tuple(limit.definition for limit in limits),
        quotas=tuple(quota.definition for quota in quotas),
        quiet_hours=quiet_hours(quiet) if quiet else None,
        business_hours=business_hours(keys.business_hours) if keys.business_hours else None,
        zone=keys.zone or (quiet.otherwise if quiet else None) or "UTC",
        zone_of_customer=quiet is None or quiet.zone != "policy",
        locale_otherwise=locale.otherwise if locale else None,
        hold_out=keys.hold_out,
        unknown_consent=consent.unknown if consent else "refuse",
        recipient_required=keys.recipient == "required",
        reminders_count=keys.reminders is not None and keys.reminders.count_towards_limits,
        rate_caps=tuple(cap.definition for cap in caps),
        suppressed_by=keys.suppressed_by,
        consent_given_by=consent.given_by if consent else (),
        consent_withdrawn_by=consent.withdrawn_by if consent else (),
        salt=keys.salt or "",
        locales_promised=locale.promised if locale else (),
        channels=keys.channels,
        types=keys.types,
        scores=score_settings(keys.scores) if keys.scores else ScoreSettings(),
        facts=keys.facts,
        targets=tuple(target.definition for target in targets),
        attributes=declared(keys.attributes) if keys.attributes else {},
        customer_signals=customer_signals(keys.customer),
        never_ask_while=never_ask_while(keys.never_ask_while, problems, groups)
        if keys.never_ask_while
        else None,
    )
    covered: tuple[Placed[Any], ...] = (*limits, *quotas)
    return PolicyDefinition(policy, keys, covered, caps, targets)


def _merged(nodes: list[Node], problems: Problems) -> Node | None:
    """All policy files as one mapping."""
    merged: dict[str, tuple[Node, Node]] = {}
    for node in nodes:
        for key, pair in node.value.items():
            if key in merged:
                hint = f"the first is at {merged[key][0].position}"
                problems.add("R005", pair[0].position, f"the policy has `{key}` twice", hint)
            else:
                merged[key] = pair
    return Node(merged, nodes[0].position) if nodes else None
