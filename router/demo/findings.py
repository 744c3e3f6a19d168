"""What the month came to, read back from the store and from Kafka, and whether it adds up."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Final

from msgspec import Struct

from router.demo.show import Invitations
from router.demo.story import Story
from router.demo.tally import DemoTally
from router.demo.telling import METRIC_STYLES
from router.insights.funnels import AnsweredOf, funnels
from router.insights.pain_points import SurveyPainPoints, survey_pain_points
from router.insights.rule_book import RuleBook
from router.insights.why import Why, why_interaction, why_invitation
from router.kafka.cluster import opened_cluster
from router.model.alerts import AlertListed
from router.model.cells import WantedCoverage, WantedScores
from router.model.decision import Outcome, Reason
from router.model.interaction import DELIVERY_TYPE, RESPONSE_TYPE
from router.model.invitation_states import PUBLISHED_STATES
from router.service.parts import Parts

EXAMPLES: Final = 2
"""How many "why" and as many "why not" are told."""

_TELLING_REFUSALS: Final[tuple[Reason, ...]] = (
    "contrary_condition",
    "shared_limit",
    "own_survey_limit",
    "no_consent",
    "not_sampled",
)

_LOOKED_AT: Final = 200
"""Invitations of a rule among which one that was sent is looked for, and the most alerts."""


class Findings(Struct, frozen=True):
    """What is told at the end. `problems` says what does not add up; empty when all does."""

    published: int
    interactions: int
    decided: int
    deliveries: int
    answers: int
    repeated: int
    dead: Mapping[str, int]
    reasons: Mapping[tuple[Outcome, Reason], int]
    invitations: Invitations
    topic: str
    whys: tuple[Why, ...]
    why_nots: tuple[Why, ...]
    surveys: tuple[SurveyPainPoints, ...]
    answered_of: AnsweredOf
    alerts: tuple[AlertListed, ...]
    problems: tuple[str, ...]


async def findings(parts: Parts, story: Story, tally: DemoTally) -> Findings:
    """Reads back what was stored and published. Raises what the store and Kafka raise."""
    reading = parts.store.reading
    journaled = sum((await reading.reasons()).values())
    invitations = await reading.invitation_counts()
    topic = parts.settings.topics.invitations
    scores = parts.rules.live.policy.scores
    async with opened_cluster(parts.settings.kafka) as cluster:
        on_topic = sum((await cluster.ends(await cluster.partitions([topic]))).values())
    return Findings(
        published=len(story.messages),
        interactions=len(story.interactions),
        decided=journaled - tally.reported,
        deliveries=tally.reports[DELIVERY_TYPE],
        answers=tally.reports[RESPONSE_TYPE],
        repeated=tally.repeated,
        dead=Counter(letter.reason for letter in tally.dead),
        reasons=tally.reasons,
        invitations=invitations,
        topic=topic,
        whys=tuple([why async for why in _whys(parts, invitations)]),
        surveys=tuple(await survey_pain_points(parts.store.cells, WantedScores(), scores)),
        answered_of=funnels(await parts.store.cells.coverage(WantedCoverage()))[0].answered_of,
        alerts=tuple(await parts.store.alerts.listed(limit=_LOOKED_AT)),
        why_nots=tuple([why async for why in _why_nots(parts, tally)]),
        problems=tuple(problems(story, tally, journaled, invitations, on_topic)),
    )


async def _whys(parts: Parts, invitations: Invitations) -> AsyncIterator[Why]:
    """Invitations that were sent, one for CES and one for NPS: of its most important rule that sent any."""
    rules = parts.rules.live
    sending = {rule for rule, _, _, state in invitations if state in PUBLISHED_STATES}
    metrics: set[str] = set()
    for entry in rules.index.rules:
        metric = rules.surveys[entry.rule.survey].metric
        if entry.rule.id not in sending or metric in metrics or metric not in METRIC_STYLES:
            continue
        metrics.add(metric)
        views = await parts.store.reading.invitations(
            rule=entry.rule.id, limit=_LOOKED_AT, newest_first=False
        )
        sent = next((view for view in views if view.state in PUBLISHED_STATES), views[0])
        why = await why_invitation(parts.store.reading, sent.id, RuleBook(rules))
        if why is not None:
            yield why


async def _why_nots(parts: Parts, tally: DemoTally) -> AsyncIterator[Why]:
    """Refusals by the gates that people ask about most."""
    told = [tally.examples[reason] for reason in _TELLING_REFUSALS if reason in tally.examples]
    for source, interaction_id in told[:EXAMPLES]:
        for why in await why_interaction(
            parts.store.reading, interaction_id, RuleBook(parts.rules.live), source
        ):
            yield why


def problems(
    story: Story, tally: DemoTally, journaled: int, invitations: Invitations, on_topic: int
) -> Iterator[str]:
    """What does not add up between what was published, decided, kept and sent."""
    missing = story.interactions - tally.decided
    if missing:
        yield f"{len(missing)} interactions were not decided, such as {' '.join(min(missing))}"
    if journaled < len(story.interactions) + tally.reported:
        yield (
            f"the journal holds {journaled} decisions for {len(story.interactions)} interactions"
            f" and {tally.reported} reports"
        )
    if len(tally.dead) != story.unreadable:
        yield f"{len(tally.dead)} dead letters where {story.unreadable} were expected"
    sent = sum(
        number for (*_, state), number in invitations.items() if state in PUBLISHED_STATES - {"withdrawn"}
    )
    if on_topic < sent:
        yield f"{sent} invitations were sent, and {on_topic} are on the topic"
