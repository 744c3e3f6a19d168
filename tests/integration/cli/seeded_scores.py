"""A database with counted answers, and rules to ask about them by."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from router.model.cells import CoverageCell, ScoreCell
from router.model.responses import ResponseRow
from router.settings import load_settings
from router.store import SqlStore, upgrade
from tests.contract.rows import context, coverage_cell, response_row, save, score_cell

SURVEYS: Final = """
surveys:
  ces: {metric: ces, scale: [1, 7], polarity: higher_is_better, texts: {en: {question: Easy, low: n, high: y}}}
  effort: {metric: ces, scale: [1, 5], polarity: lower_is_better, texts: {en: {question: Effort, low: n, high: y}}}
  nps: {metric: nps, scale: [0, 10], polarity: higher_is_better, texts: {en: {question: Again, low: n, high: y}}}
"""
JOURNEY: Final = """
journey: complaint
steps:
  opened: {on: complaint.opened}
  resolved: {on: complaint.resolved}
order: [opened, resolved]
"""
POLICY: Final = """
zone: Europe/Amsterdam
locale: {otherwise: en}
channels: [phone, chat, email]
scores: {by: [agent_id]}
"""
ROUTES: Final = """
rules:
  - {id: ask, when: {journey: complaint, step: resolved}, send: {survey: ces, channel: email}}
"""


def rules_in(path: Path, **more: str) -> Path:
    """A directory of these rules; `policy` and others may be given otherwise."""
    path.mkdir()
    files = {"surveys": SURVEYS, "journey": JOURNEY, "policy": POLICY, "routes": ROUTES} | more
    for name, text in files.items():
        (path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return path


def ces(counts: Sequence[int], **given: Any) -> ScoreCell:
    """Answers to how easy it was, 1 to 7."""
    return score_cell(counts, **{"survey": "ces", "scale_high": 7, "polarity": "higher_is_better", **given})


def nps(detractors: int, passives: int, promoters: int, **given: Any) -> ScoreCell:
    """Answers 0 to 10, by group."""
    counts = [0, 0, detractors, 0, 0, 0, 0, 0, passives, promoters, 0]
    facts = {
        "survey": "nps",
        "metric": "nps",
        "scale_low": 0,
        "scale_high": 10,
        "polarity": "higher_is_better",
    }
    return score_cell(counts, **{**facts, **given})


def touchpoints(had: int, sent: int, bounced: int, answered: int, **given: Any) -> list[CoverageCell]:
    """So many had a step; those that were not sent were withheld."""
    stages = {"had_step": sent, "planned": sent, "sent": sent, "bounced": bounced, "answered": answered}
    none = {"had_step": had - sent, "withheld": had - sent}
    return [coverage_cell(stages, **given), coverage_cell(none, reason="no_consent", **given)]


def ces_response(customer: str, name: str, score: int, happened_at: datetime, **given: Any) -> ResponseRow:
    """A customer's answer to how easy it was."""
    asked = {"survey": "ces", "scale": (1, 7), "polarity": "higher_is_better", "happened_at": happened_at}
    return response_row(customer, name, score=score, context=context(**asked), **given)


def seeded(
    data: Path,
    scores: Sequence[ScoreCell] = (),
    coverage: Sequence[CoverageCell] = (),
    responses: Sequence[ResponseRow] = (),
) -> None:
    """A data directory with these cells and responses."""

    async def fill() -> None:
        url = load_settings(data=data).database_url
        await upgrade(url)
        store = await SqlStore.open(url)
        await save(store, scores=list(scores), coverage=list(coverage), responses=list(responses))
        await store.close()

    data.mkdir()
    asyncio.run(fill())
