"""`why`: an interaction, the rules that were tried, the verdict of each gate, and the decision."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple
from uuid import UUID

import typer
from msgspec import to_builtins

from router.cli.faults import FAILED, Refused
from router.cli.opening import opened_store, settings_of
from router.cli.options import Data, Json, JudgedBy
from router.cli.output import print_json, print_lines
from router.cli.tables import print_table
from router.cli.voices import Lang, Zone, voice
from router.model.alerts import ALERT_STATES, AlertListed
from router.pages.alert_fields import alert_fields
from router.words.alerts import alert_sentence
from router.words.explanations import words
from router.words.fragments import fragment
from router.words.responses import another_stands
from router.words.voice import PLAIN, Language, Voice

if TYPE_CHECKING:
    from router.insights.why import Why
    from router.settings import Settings


def why(
    subject: Annotated[str, typer.Argument(help="Id of an interaction or an invitation.", metavar="ID")],
    source: Annotated[
        str | None, typer.Option(help="Source of the interaction, if several share the id.", metavar="URI")
    ] = None,
    lang: Lang = None,
    zone: Zone = None,
    rules: JudgedBy = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Explain a decision.

    Shows every rule, every gate with its actual value and its limit, when the customer may be asked again,
    the state of the invitation, the answer and the alerts that it raised.
    """
    found = asyncio.run(_explained(settings_of(data), subject, source, _Asked(rules, lang, zone, json)))
    now = datetime.now(UTC)
    if json:
        told = [
            {**to_builtins(one), "alerts": [alert_fields(alert, now) for alert in alerts]}
            for one, alerts in zip(found.explanations, found.alerts, strict=True)
        ]
        print_json(told[0] if len(told) == 1 else told)
    elif len(found.explanations) == 1:
        raised = [alert_sentence(alert.alert, now, found.voice) for alert in found.alerts[0]]
        print_lines(lines_of(found.explanations[0], raised, found.voice))
    else:
        _print_several(found.explanations, found.voice)


class _Asked(NamedTuple):
    """Whose rules judge, and how it is told."""

    rules: Path | None
    lang: Language | None
    zone: str | None
    json: bool


class _Found(NamedTuple):
    """The explanations, each with the alerts that its answer raised."""

    explanations: "list[Why]"
    alerts: list[list[AlertListed]]
    voice: Voice


async def _explained(settings: "Settings", subject: str, source: str | None, asked: _Asked) -> _Found:
    from router.insights.why import why_interaction, why_invitation
    from router.service.rules_in_force import rule_book

    invitation = None
    with suppress(ValueError):
        invitation = UUID(subject)
    async with opened_store(settings) as store:
        reading, rules = store.reading, await rule_book(store, settings, asked.rules)
        speaking = voice(asked.lang, asked.zone, rules.now.policy, json=asked.json)
        explanations = await why_interaction(reading, subject, rules, source, speaking)
        if not explanations and invitation is not None:
            one = await why_invitation(reading, invitation, rules, speaking)
            explanations = [one] if one else []
        alerts = [
            await store.alerts.listed(
                states=ALERT_STATES,
                customer_id=one.customer_id,
                invitation_id=UUID(one.response.invitation_id),
            )
            if one.response is not None
            else []
            for one in explanations
        ]
    if not explanations:
        raise Refused(
            f"No interaction and no invitation {subject} is known{f' from {source}' if source else ''}."
            " It may not have been read yet, or be a dead letter: see `feedback-router dlq list`.",
            FAILED,
        )
    return _Found(explanations, alerts, speaking)


def _print_several(explanations: "list[Why]", speaking: Voice) -> None:
    print_lines([words(speaking, "several")])
    rows = [
        [one.source, one.customer_id, one.type, speaking.moment(one.time), one.reason] for one in explanations
    ]
    columns = [words(speaking, f"column {name}") for name in ("source", "customer", "type", "time", "reason")]
    print_table(words(speaking, "interactions"), columns, rows)


def lines_of(one: "Why", alerts: Sequence[str] = (), speaking: Voice = PLAIN) -> list[str]:
    """The explanation as sentences, indented by two blanks a level; `alerts` are those that the answer raised."""
    lines = [words(speaking, "happened"), f"  {one.happened}"]
    lines.append(f"  {words(speaking, 'source', source=one.source, id=one.id)}")
    if one.mapped_by is not None:
        lines.append(f"  {words(speaking, 'mapped by', revision=one.mapped_by)}")
    lines += [f"  {move}" for move in one.moves]
    lines += ["", words(speaking, "decided"), f"  {one.decided}"]
    lines += [f"  {words(speaking, 'besides', decided=besides.decided)}" for besides in one.also]
    lines.append(f"  {one.again}")
    at = speaking.moment(one.decided_at)
    lines.append(f"  {words(speaking, 'decided at', at=at, revision=one.revision)}")
    lines += [f"  {ended.sentence}" for ended in one.ended]
    lines += [*_became(one, speaking), *_answered(one, speaking)]
    if alerts:
        lines += ["", words(speaking, "alerts"), *(f"  {alert}" for alert in alerts)]
    if one.note is not None:
        lines += ["", words(speaking, "note"), f"  {one.note}"]
    return [*lines, *_how(one, speaking)]


def _how(one: "Why", speaking: Voice) -> list[str]:
    """The gates on the interaction, then every rule that was tried with its gates, then the others."""
    lines = ["", words(speaking, "how")]
    lines += [f"  {_mark(gate.passed)} {gate.gate}: {gate.sentence}" for gate in one.gates]
    for rule in one.rules:
        if not rule.tried:
            continue
        name = words(speaking, "rule", rule=rule.rule, priority=rule.priority)
        lines += ["", name, f"  {rule.sentence}"]
        for gate in rule.gates:
            until = gate.eligible_again_at
            again = words(speaking, "again", at=speaking.moment(until)) if until else ""
            lines.append(f"  {_mark(gate.passed)} {gate.gate}: {gate.sentence}{again}")
    # Rules that waited for the same stand on one line: of a large set most are not tried.
    waiting: dict[str, list[str]] = defaultdict(list)
    for rule in one.rules:
        if not rule.tried:
            waiting[rule.failed or ""].append(rule.rule)
    not_tried = [
        f"  {', '.join(names)}: {fragment(failed, speaking.language)}." for failed, names in waiting.items()
    ]
    return [*lines, "", words(speaking, "not tried"), *not_tried] if not_tried else lines


def _became(one: "Why", speaking: Voice) -> list[str]:
    asked = [(one.invitation, one.followed)] if one.invitation is not None else []
    asked += [(besides.invitation, besides.followed) for besides in one.also]
    lines = [f"  {entry.sentence}" for first, followed in asked for entry in (first, *followed)]
    return ["", words(speaking, "became"), *lines] if lines else []


def _answered(one: "Why", speaking: Voice) -> list[str]:
    lines: list[str] = []
    for response in (one.response, *(besides.response for besides in one.also)):
        if response is not None:
            to = f" ({response.survey})" if one.also else ""
            lines += ["", f"{words(speaking, 'answered')}{to}"]
            lines += [f"  {another_stands(speaking)}"] if one.stands is False else []
            lines += [f"  {response.sentence}", *([f"  {response.wrote}"] if response.wrote else [])]
    return lines


def _mark(passed: bool) -> str:
    return "✓" if passed else "✗"
