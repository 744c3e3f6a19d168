"""Targets of the policy: met, missed or not certain."""

from msgspec.structs import replace

from router.insights.asked_scores import Asked, CellReader
from router.insights.questions import answers_of
from router.insights.score_report import TargetRow
from router.model.cells import WantedScores
from router.model.policy import Policy, Target
from router.scores.answers import Answers
from router.scores.comparison import against_target, higher_is_better
from router.scores.question import MEASURES, Measure, Question
from router.scores.score import Enough, score


async def held_against_targets(reader: CellReader, asked: Asked, policy: Policy) -> tuple[TargetRow, ...]:
    """Each target that what was asked is about, against all answers of its journey and step in these days.

    Each text, scale or presentation of its survey has a row of its own; one without answers has one with none.
    """
    targets = [target for target in policy.targets if _about(asked, target)]
    if not targets:
        return ()
    wanted = WantedScores(
        asked.basis, asked.days.first, asked.days.after, survey=asked.survey, metric=asked.metric
    )
    found = [(one.group, answers_of(one)) for one in await reader.scores(wanted, ("journey", "step"))]
    enough, rows = Enough(policy.scores.least, policy.scores.enough), []
    for target in targets:
        questions: dict[Question, Answers] = {}
        for (journey, step), answers in found:
            if (
                _fits(target, answers.question)
                and target.journey in (None, journey)
                and target.step in (None, step)
            ):
                known = questions.get(answers.question)
                questions[answers.question] = answers if known is None else known + answers
        if not questions:
            rows.append(_row(target, None, enough))
        rows += [_row(target, answers, enough) for answers in questions.values()]
    return tuple(rows)


def _about(asked: Asked, target: Target) -> bool:
    """Whether a target lies within what was asked: one of a step is not told of another, nor one of a channel's answers."""
    return (
        asked.channel is None
        and asked.survey in (None, target.survey)
        and asked.journey in (None, target.journey)
        and asked.step in (None, target.step)
    )


def _measure(target: Target, question: Question) -> Measure:
    return target.measure or ("nps" if question.metric == "nps" else "mean")


def _fits(target: Target, question: Question) -> bool:
    """Whether a target was set for such a question: another metric or polarity under the same name is another survey."""
    measure = _measure(target, question)
    return (
        question.survey == target.survey
        and measure in MEASURES[question.metric]
        and (target.at_most is None) == higher_is_better(question, measure)
    )


def _row(target: Target, answers: Answers | None, enough: Enough) -> TargetRow:
    bound = target.at_least if target.at_least is not None else target.at_most
    at_most = target.at_most is not None
    row = TargetRow(target.survey, target.journey, target.step, target.measure, bound or 0.0, at_most)
    if answers is None:
        return row
    found = score(answers, _measure(target, answers.question), enough=enough)
    return replace(
        row,
        measure=found.measure,
        question=found.question,
        point=found.point,
        low=found.interval.low if found.interval else None,
        high=found.interval.high if found.interval else None,
        n=found.n,
        verdict=against_target(found, row.bound),
    )
