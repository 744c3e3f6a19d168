"""The demo's pain points, month after month: `python -m tests.demonstrations.pain_points [SEEDS]`.

Each seed is another month. Its interactions are decided by the one simulation, the customers answer as in the demo, and the
answers are read as `feedback-router pain-points` reads them. Found must be the planted step, and nothing but that and the
planted channel.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import msgspec

from router.authoring.backtest import Backtest
from router.authoring.language.load import load_directory
from router.demo.company import CUSTOMERS, month
from router.demo.respondents import BAD_CHANNEL, BAD_STEP, Asked, Efforts, answer_to
from router.demo.story import START
from router.insights.pain_points import StepOnChannel, of_counts
from router.model.cells import Question, ScoreCounts
from router.model.customer import Invitation
from router.model.interaction import Interaction
from router.rules.ruleset import RuleSet
from router.settings.settings import shipped_rules

SEEDS = 20

Place = tuple[str, StepOnChannel]


def found(seed: int, customers: int = CUSTOMERS) -> list[Place]:
    """The pain points of a month: the survey, and the step on its channel."""
    rules, events = load_directory(shipped_rules()), month(seed, START, customers)
    efforts = Efforts(events)
    counts: dict[tuple[str, StepOnChannel], Counter[int]] = {}
    for invitation, about in _sent(rules, events):
        effort = efforts.until(about.attributes.get("case_id"), about.time)
        asked = Asked(
            invitation.root_id, invitation.journey, invitation.step, about.channel, effort, invitation.at
        )
        answer = answer_to(asked, rules.surveys[invitation.survey], seed)
        if answer is not None:
            place = StepOnChannel(invitation.journey or "", invitation.step or "", about.channel or "")
            counts.setdefault((invitation.survey, place), Counter())[answer.score] += 1
    given = [
        ScoreCounts(
            _question(rules, survey),
            (place.journey, place.step, place.channel),
            _on_scale(rules, survey, one),
        )
        for (survey, place), one in counts.items()
    ]
    surveys = of_counts(given, [], rules.policy.scores)
    return [(one.question.survey, held.place) for one in surveys for held in one.found]


def wrong(places: list[Place]) -> list[str]:
    """What is missing of the planted pain points, and what is there and was not planted."""
    steps = {(place.journey, place.step) for _, place in places}
    channels = {place.channel for _, place in places}
    missing = [] if BAD_STEP in steps else [f"{BAD_STEP} was not found"]
    missing += [] if BAD_CHANNEL in channels else [f"{BAD_CHANNEL} was not found"]
    return missing + [
        f"{survey} at {place} was not planted"
        for survey, place in places
        if (place.journey, place.step) != BAD_STEP and place.channel != BAD_CHANNEL
    ]


def _sent(rules: RuleSet, events: list[dict[str, object]]) -> Iterator[tuple[Invitation, Interaction]]:
    """The invitations that are sent, each once, with the interactions that they are about."""
    backtest = Backtest(rules)
    about: dict[str, Interaction] = {}
    for decided in backtest.run(map(msgspec.json.encode, events), START + timedelta(days=60)):
        if decided.decision.invitation_id is not None:
            about[decided.decision.invitation_id] = decided.interaction
    for customer in backtest.customers.values():
        for invitation in customer.invitations:
            if invitation.state == "queued" and invitation.kind == "invitation":
                yield invitation, about[invitation.id]


def _question(rules: RuleSet, survey: str) -> Question:
    asked = rules.surveys[survey]
    return Question(survey, asked.metric, *asked.scale, asked.polarity, asked.version, asked.presentation)


def _on_scale(rules: RuleSet, survey: str, counts: Counter[int]) -> tuple[int, ...]:
    low, high = rules.surveys[survey].scale
    return tuple(counts[score] for score in range(low, high + 1))


def main(seeds: int) -> int:
    """Tries the seeds from 1 on; 0 where nothing is wrong in any."""
    faults = 0
    for seed in range(1, seeds + 1):
        places = found(seed)
        problems = wrong(places)
        faults += bool(problems)
        told = "; ".join(problems) or ", ".join(
            f"{survey} {place.journey}/{place.step}/{place.channel}" for survey, place in places
        )
        print(f"seed {seed}: {told}", flush=True)
    print(f"{seeds - faults} of {seeds} months: the planted pain points and no others")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS))
