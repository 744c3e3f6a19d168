"""Scores of a period, by any dimension: read as counts, told with all that must stand beside them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, tzinfo
from typing import NamedTuple, cast

from msgspec.structs import replace

from router.insights.asked_scores import DIMENSIONS, PERIODS, Asked, CellReader, CustomerReader
from router.insights.before_and_after import Parts, Place, Side, change_of, counterpart, total
from router.insights.funnels import AnsweredOf, answered_of
from router.insights.periods import Days, begins
from router.insights.questions import answers_of, stored_question
from router.insights.score_report import (
    Difference,
    FunnelLimits,
    ScoreReport,
    ScoreRow,
    Verdict,
    WithinLimits,
)
from router.insights.targets import held_against_targets
from router.insights.weeks import week_limits
from router.model.cells import ALL, CoverageDimension, Member, ScoreDimension, Stage, WantedCoverage
from router.model.customer_answers import WantedCustomers
from router.model.policy import Policy
from router.policy.hours import own_zone
from router.scores.answers import Answers
from router.scores.customers import Customers
from router.scores.funnel import funnel
from router.scores.question import Question, values
from router.scores.score import Enough, point_of, score

Group = tuple[str, ...]
"""The values of the dimensions that were asked for, in their order."""


class _Found(NamedTuple):
    """Counted answers of one group, at one place, by the rules of one revision (0 unless that was asked)."""

    group: Group
    place: Place
    revision: int
    answers: Answers


class _Answers:
    """All answers of one side of a comparison, or of the only one: by group and question."""

    def __init__(self, found: Sequence[_Found]) -> None:
        self.by_customer: dict[tuple[Group, Question], tuple[Answers, Customers]] = {}
        self.parts: dict[Group, dict[Question, dict[Place, Answers]]] = defaultdict(dict)
        for group, place, _, answers in found:
            places = self.parts[group].setdefault(answers.question, {})
            places[place] = places[place] + answers if place in places else answers

    def of(self, group: Group, question: Question) -> Side:
        """The answers to a question in a group."""
        parts = self.parts.get(group, {}).get(question, {})
        answers, customers = self.by_customer.get((group, question), (None, None))
        return Side(total(question, parts) if answers is None else answers, parts, customers)

    async def look_at_customers(
        self,
        reader: CustomerReader,
        asked: Asked,
        days: Days,
        revisions: tuple[int | None, int | None],
        zone: tzinfo,
    ) -> None:
        """Read who gave these answers. The answers of each group are then those whose customers were read with them."""
        period = next((place for place, name in enumerate(asked.by) if name in PERIODS), None)
        firsts = {date.fromisoformat(group[period]) for group in self.parts} if period is not None else set()
        for question in {question for questions in self.parts.values() for question in questions}:
            wanted = WantedCustomers(
                stored_question(question),
                values(question, asked.measure_of(question)),
                asked.basis,
                begins(days.first, zone) if days.first else None,
                begins(days.after, zone),
                asked.journey,
                asked.step,
                asked.channel,
                *revisions,
                asked.imported,
                asked.by,
                tuple((first, begins(first, zone)) for first in sorted(firsts)),
            )
            for found in await reader.read(wanted):
                answers = Answers(question, found.counts)
                self.by_customer[found.group, question] = answers, Customers(found.customers)


async def score_report(
    reader: CellReader, customers: CustomerReader, asked: Asked, policy: Policy
) -> ScoreReport:
    """The report; the customers are read only where intervals go by customer. Raises what the reading raises."""
    settings, zone, before = policy.scores, own_zone(policy), None
    found = await _read(reader, asked, asked.days)
    first = asked.before.revision if asked.before is not None else None
    if first is not None:
        before = _Answers([one for one in found if one.revision < first])
        found = [one for one in found if one.revision >= first]
    elif asked.before is not None and asked.before.days is not None:
        before = _Answers(await _read(reader, asked, asked.before.days))
    people = asked.attribute in settings.people
    enough = Enough(settings.least, settings.enough)
    enough = enough.of_a_person() if people else enough
    after = _Answers(found)
    if asked.per == "customer":
        await after.look_at_customers(customers, asked, asked.days, (first, None), zone)
        if before is not None:
            days = (asked.before.days if asked.before else None) or asked.days
            await before.look_at_customers(customers, asked, days, (None, first), zone)
    rows = _rows(asked, after, await _coverage(reader, asked), enough)
    if before is not None:
        rows = _compared(asked, rows, before, after, policy, enough)
    if "week" in asked.by:
        rows = _charted(asked, rows, after)
    if people:
        rows = _on_the_funnel(asked, rows, after)
    return ScoreReport(
        asked.days.first,
        asked.days.last,
        policy.zone,
        asked.basis,
        asked.per,
        asked.by,
        asked.attribute if people else None,
        asked.before.words if asked.before else None,
        enough.shown,
        enough.firm,
        tuple(replace(row, verdict=_verdict(row)) for row in rows),
        await held_against_targets(reader, asked, policy),
    )


async def _read(reader: CellReader, asked: Asked, days: Days) -> list[_Found]:
    dimensions = _dimensions(asked)
    revision: list[ScoreDimension] = (
        ["revision"] if asked.before and asked.before.revision is not None else []
    )
    counts = await reader.scores(asked.wanted(days), (*dimensions, "journey", "step", "channel", *revision))
    found = []
    for one in counts:
        journey, step, channel, *by_revision = one.group[len(dimensions) :]
        place = str(journey), str(step), str(channel)
        number = int(str(by_revision[0])) if by_revision else 0
        found.append(_Found(_group(one.group[: len(dimensions)]), place, number, answers_of(one)))
    return found


def _dimensions(asked: Asked) -> list[ScoreDimension]:
    return [cast("ScoreDimension", name if name in DIMENSIONS else "value") for name in asked.by]


def _group(members: Sequence[Member]) -> Group:
    return tuple(member.isoformat() if isinstance(member, date) else str(member) for member in members)


def _rows(asked: Asked, side: _Answers, coverage: "_Coverage | None", enough: Enough) -> list[ScoreRow]:
    """A row for each group and question, in the order of their names."""
    rows = []
    for group in sorted(side.parts, key=_in_order):
        for question in sorted(side.parts[group], key=lambda one: (one.metric, one.survey, one.text_version)):
            found = side.of(group, question)
            rows.append(_row(asked, group, found, enough))
            if coverage is not None:
                rows[-1] = replace(rows[-1], answered_of=coverage.of(group, found.parts))
    return rows


def _in_order(group: Group) -> tuple[tuple[int, str], ...]:
    """By name; numbers such as revisions by their size."""
    return tuple((int(name), "") if name.isdecimal() else (0, name) for name in group)


def _row(asked: Asked, group: Group, side: Side, enough: Enough) -> ScoreRow:
    measure = asked.measure_of(side.answers.question)
    found = score(side.answers, measure, customers=side.customers, enough=enough)
    hidden = found.point is None and asked.attribute != ALL
    return ScoreRow(
        dict(zip(asked.by, group, strict=True)),
        found.question,
        found.measure,
        found.point,
        found.interval.low if found.interval else None,
        found.interval.high if found.interval else None,
        found.n,
        None if side.customers is None else found.effective_n,
        # A few answers about one person say who said what.
        None if hidden else found.distribution,
        found.evidence,
        found.method,
    )


def _key(asked: Asked, row: ScoreRow) -> Group:
    return tuple(row.group[name] for name in asked.by)


def _compared(
    asked: Asked, rows: list[ScoreRow], before: _Answers, after: _Answers, policy: Policy, enough: Enough
) -> list[ScoreRow]:
    """The rows with what changed. A question that was answered only before has no row: there is no score now."""
    told = []
    for row in rows:
        group = _key(asked, row)
        first, why_not = counterpart(
            row.question, before.parts.get(group, {}), across_texts=asked.across_texts
        )
        if why_not is not None:
            told.append(replace(row, change=Difference(blocked=why_not)))
            continue
        one, other = before.of(group, first), after.of(group, row.question)
        told.append(replace(row, change=change_of(one, other, row.measure, policy.scores, enough)))
    return told


def _charted(asked: Asked, rows: list[ScoreRow], side: _Answers) -> list[ScoreRow]:
    """The rows with the limits of their week: each question of each group without the week has a chart of its own."""
    charts: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        others = [value for name, value in row.group.items() if name != "week"]
        charts[(row.question, *others)].append(place)
    told = rows.copy()
    for places in charts.values():
        ordered = sorted(places, key=lambda place: rows[place].group["week"])
        weeks = [side.of(_key(asked, rows[place]), rows[place].question).answers for place in ordered]
        # None where there are too few weeks.
        for place, limits in zip(ordered, week_limits(weeks, rows[places[0]].measure), strict=False):
            told[place] = replace(rows[place], week=limits)
    return told


def _on_the_funnel(asked: Asked, rows: list[ScoreRow], side: _Answers) -> list[ScoreRow]:
    """The rows with the limits of the funnel plot, around the score of all of whom the same question was asked."""
    funnels: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        others = [value for name, value in row.group.items() if name != asked.attribute]
        funnels[(row.question, *others)].append(place)
    told = rows.copy()
    for places in funnels.values():
        question, measure = rows[places[0]].question, rows[places[0]].measure
        answers = [side.of(_key(asked, rows[place]), question).answers for place in places]
        overall = sum(answers[1:], answers[0])
        shown = [place for place in places if rows[place].point is not None]
        sizes = sorted({rows[place].n for place in shown})
        limits = {one.n: one for one in funnel(overall, measure, sizes)}
        for place in shown:
            warning, action = limits[rows[place].n].warning, limits[rows[place].n].action
            lies = _lies(rows[place].point or 0.0, warning, action)
            told[place] = replace(
                rows[place], limits=FunnelLimits(point_of(overall, measure), *warning, *action, lies)
            )
    return told


def _lies(point: float, warning: tuple[float, float], action: tuple[float, float]) -> WithinLimits:
    if not action[0] <= point <= action[1]:
        return "beyond 99.8 %"
    return "within chance" if warning[0] <= point <= warning[1] else "beyond 95 %"


def _verdict(row: ScoreRow) -> Verdict:
    if row.change is not None:
        return row.change.verdict or "not compared"
    if row.point is None:
        return "too few"
    if row.limits is not None:
        return row.limits.lies
    if row.week is not None and (row.week.outside or row.week.shifted):
        return "more than chance" if row.week.outside else "shifted"
    return row.evidence


class _Coverage(NamedTuple):
    """How many touchpoints came to each stage, by group, journey and step."""

    stages: Mapping[tuple[Group, str, str], Mapping[Stage, int]]

    def of(self, group: Group, parts: Parts) -> AnsweredOf | None:
        """The answers of the steps of these parts, of all their touchpoints; None where there are none."""
        came: Counter[Stage] = Counter()
        for journey, step in {(journey, step) for journey, step, _ in parts}:
            came.update(self.stages.get((group, journey, step), {}))
        return answered_of(came) if came["had_step"] else None


async def _coverage(reader: CellReader, asked: Asked) -> _Coverage | None:
    """The touchpoints of the same days and dimensions; None where they are not counted by these."""
    if asked.basis != "happened" or asked.imported != "no":
        return None
    dimensions = _dimensions(asked)
    if {"rule", "revision", "imported"} & {*dimensions}:
        return None
    counts = await reader.coverage(
        WantedCoverage(
            asked.days.first,
            asked.days.after,
            asked.journey,
            asked.step,
            asked.channel,
            attributes=(asked.attribute,),
        ),
        cast("Sequence[CoverageDimension]", (*dimensions, "journey", "step")),
    )
    stages: dict[tuple[Group, str, str], Counter[Stage]] = defaultdict(Counter)
    for one in counts:
        *group, journey, step = one.group
        stages[_group(group), str(journey), str(step)][one.stage] += one.count
    return _Coverage(stages)
