"""The price of hearing answers: deciding with and without all that it takes, and how fast answers are taken in."""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks.comparison import AGE, Plan
from benchmarks.measuring import LOOK_SECONDS, Round, Wrong, assigned, cpu, go_on, run_round
from benchmarks.report import rate_ratio, show_round, show_summary
from benchmarks.sides import Service
from benchmarks.story import Event, Expected, Log
from benchmarks.topics import Topics
from tests.services.service import Kafka, Postgres

DEAREST = 1 / 0.9
"""At most so many times as much may a decision take with coverage, scores and alerts."""

SLOWEST = 0.8
"""At least so many times the interactions' rate must be that of answers."""


async def compare_answers(
    plan: Plan, kafka: Kafka, postgres: Postgres, directory: Path, console: Console
) -> bool:
    """Runs rounds without and with, then answers what was asked; whether both ratios are as wanted.

    The first round of each side warms up. Answers are compared with the interactions of the same side and run.
    """
    topics = Topics(kafka.bootstrap)
    log = Log(plan.seed, datetime.now(UTC) - AGE)
    without = plan.service(kafka, postgres, directory, "without", heard=False)
    heard = plan.service(kafka, postgres, directory, "with", heard=True)
    rounds: dict[str, list[Round]] = {side.name: [] for side in (without, heard)}
    expected = {side.name: Expected() for side in (without, heard)}
    answers = _Answers(plan.seed)
    taken: list[Round] = []
    for side in (without, heard):
        await side.prepare()
    for number in range(plan.rounds + 1):
        warming = "" if number else " (warm-up)"
        events = log.take(plan.events)
        for side in (without, heard):
            one = await run_round(side, topics, expected[side.name], events)
            show_round(console, f"{side.name}{warming}", one)
            if number:
                rounds[side.name].append(one)
        one = await _run_answers(heard, topics, answers.to(topics.values(heard.invitations)))
        show_round(console, f"answers{warming}", one)
        if number:
            taken.append(one)
    show_summary(console, "without", rounds["without"], rounds["with"], "with scores and alerts")
    show_summary(console, "interactions", rounds["with"], taken, "answers")
    dearer = 1 / rate_ratio(rounds["without"], rounds["with"])
    share = rate_ratio(rounds["with"], taken)
    console.print(
        f"a decision takes {dearer:.2f} times as long with scores and alerts; at most {DEAREST:.2f} are wanted\n"
        f"{share:.2f} times as many answers as interactions a second; at least {SLOWEST} times are wanted",
        highlight=False,
    )
    return dearer <= DEAREST and share >= SLOWEST


class _Answers:
    """Makes an answer to each invitation once."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._answered: set[str] = set()

    def to(self, invitations: Sequence[bytes]) -> list[Event]:
        """Answers to those that have none, in whatever order customers give them."""
        events = []
        for value in invitations:
            invitation = json.loads(value)["data"]
            name = invitation["invitation_id"]
            if name not in self._answered:
                self._answered.add(name)
                low, high = invitation["survey"]["scale"]
                answer = {
                    "specversion": "1.0",
                    "id": f"answer-{name}",
                    "source": "/survey",
                    "type": "feedback.response.v1",
                    "time": datetime.now(UTC).isoformat(),
                    "datacontenttype": "application/json",
                    "data": {
                        "invitation_id": name,
                        "score": self._random.randint(low, high),
                        "comment": "Fine.",
                    },
                }
                events.append(Event(invitation["customer_id"], json.dumps(answer).encode(), matches=False))
        self._random.shuffle(events)
        return events


async def _run_answers(side: Service, topics: Topics, answers: Sequence[Event]) -> Round:
    """Has the side take in the answers. Raises `Wrong` where it did not score each of them."""
    side.start()
    try:
        await assigned(side, topics)
        before = await side.scored()
        with side.held():
            topics.load(side.responses, answers)
            begin, spent = time.monotonic(), cpu(side)
        while topics.unread(side.answering, side.responses) > 0:
            go_on(side, begin)
            await asyncio.sleep(LOOK_SECONDS)
        seconds = time.monotonic() - begin
        spent = [after - then for after, then in zip(cpu(side), spent, strict=True)]
    finally:
        side.stop()
    scored = await side.scored() - before
    if scored != len(answers):
        raise Wrong(f"{side.name} scored {scored} of {len(answers)} answers")
    side.answers += scored
    return Round(scored, seconds, *spent)
