"""`why`: an interaction, the rules that were tried, the verdict of each gate, and the decision."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from router.cli.faults import FAILED, Refused
from router.cli.opening import opened_store, settings_of
from router.cli.options import Data, Json, JudgedBy
from router.cli.output import print_json, print_lines
from router.cli.tables import print_table

if TYPE_CHECKING:
    from router.insights.why import Why
    from router.settings import Settings


def why(
    subject: Annotated[str, typer.Argument(help="Id of an interaction or an invitation.", metavar="ID")],
    source: Annotated[
        str | None, typer.Option(help="Source of the interaction, if several share the id.", metavar="URI")
    ] = None,
    rules: JudgedBy = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Explain a decision.

    Shows every rule, every gate with its actual value and its limit, when the customer may be asked again,
    and the state of the invitation.
    """
    explanations = asyncio.run(_explained(settings_of(data), subject, source, rules))
    if json:
        print_json(explanations[0] if len(explanations) == 1 else explanations)
    elif len(explanations) == 1:
        print_lines(lines_of(explanations[0]))
    else:
        print_lines(
            ["Several interactions have this id. Name the source of the one that is meant with --source."]
        )
        rows = [[one.source, one.customer_id, one.type, one.time, one.reason] for one in explanations]
        print_table("Interactions", ["source", "customer", "type", "time", "reason"], rows)


async def _explained(
    settings: "Settings", subject: str, source: str | None, given: Path | None
) -> "list[Why]":
    from router.insights.why import why_interaction, why_invitation
    from router.service.rules_in_force import rule_book

    invitation = None
    with suppress(ValueError):
        invitation = UUID(subject)
    async with opened_store(settings) as store:
        reading, rules = store.reading, await rule_book(store, settings, given)
        explanations = await why_interaction(reading, subject, rules, source)
        if not explanations and invitation is not None:
            one = await why_invitation(reading, invitation, rules)
            explanations = [one] if one else []
    if not explanations:
        raise Refused(
            f"No interaction and no invitation {subject} is known{f' from {source}' if source else ''}."
            " It may not have been read yet, or be a dead letter: see `feedback-router dlq list`.",
            FAILED,
        )
    return explanations


def lines_of(one: "Why") -> list[str]:
    """The explanation as sentences, indented by two blanks a level."""
    lines = ["What happened", f"  {one.happened}", f"  Source {one.source}, id {one.id}."]
    lines += [f"  {move}" for move in one.moves]
    lines += ["", "What was decided", f"  {one.decided}", f"  {one.again}"]
    lines.append(f"  Decided at {one.decided_at:%Y-%m-%d %H:%M} UTC by revision {one.revision} of the rules.")
    lines += [f"  {ended.sentence}" for ended in one.ended]
    if one.invitation is not None:
        lines += ["", "What became of it", f"  {one.invitation.sentence}"]
        lines += [f"  {entry.sentence}" for entry in one.followed]
    if one.response is not None:
        other = (
            ["  Another answer to this invitation stands instead of this one."] if one.stands is False else []
        )
        lines += ["", "What the customer answered", *other, f"  {one.response.sentence}"]
        lines += [f"  {one.response.wrote}"] if one.response.wrote else []
    if one.note is not None:
        lines += ["", "Note", f"  {one.note}"]
    lines += ["", "How it was decided"]
    lines += [f"  {_mark(gate.passed)} {gate.gate}: {gate.sentence}" for gate in one.gates]
    for rule in one.rules:
        if not rule.tried:
            continue
        lines += ["", f"Rule {rule.rule} (priority {rule.priority})", f"  {rule.sentence}"]
        for gate in rule.gates:
            again = (
                f" Again from {gate.eligible_again_at:%Y-%m-%d %H:%M} UTC." if gate.eligible_again_at else ""
            )
            lines.append(f"  {_mark(gate.passed)} {gate.gate}: {gate.sentence}{again}")
    # Rules that waited for the same stand on one line: of a large set most are not tried.
    waiting: dict[str, list[str]] = defaultdict(list)
    for rule in one.rules:
        if not rule.tried:
            waiting[rule.failed or ""].append(rule.rule)
    not_tried = [f"  {', '.join(names)}: {failed}." for failed, names in waiting.items()]
    return [*lines, "", "Rules that were not tried", *not_tried] if not_tried else lines


def _mark(passed: bool) -> str:
    return "✓" if passed else "✗"
