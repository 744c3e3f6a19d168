"""A company that asked and heard: its cells, with figures that can be added up by hand."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from router.model.cells import CoverageCell, ScoreCell, Stage
from router.settings import load_settings
from router.store import SqlStore, upgrade
from tests.contract.rows import coverage_cell, save, score_cell

MONDAY, TUESDAY = date(2026, 11, 2), date(2026, 11, 3)

RULES = """\
channels: [email, phone, chat, letter, app]
scores: {by: [agent_id]}
"""


async def filled(directory: Path) -> list[str]:
    """The options of a command that name a database of these cells, and rules that declare the attribute."""
    rules = directory / "rules"
    rules.mkdir()
    (rules / "policy.yaml").write_text(RULES)
    url = load_settings(data=directory).database_url
    await upgrade(url)
    store = await SqlStore.open(url)
    await save(store, coverage=list(_coverage()), scores=list(_scores()))
    await store.close()
    return ["--data", str(directory), "--rules", str(rules)]


def touchpoints(withheld: dict[str, int], asked: dict[Stage, int], **given: object) -> Iterator[CoverageCell]:
    """The cells of touchpoints that a rule waited for: those withheld by reason, and those planned."""
    for reason, count in withheld.items():
        matched = 0 if reason == "no_rule_matched" else count
        stages: dict[Stage, int] = {
            "had_step": count,
            "waited": count,
            "matched": matched,
            "withheld": count,
        }
        yield coverage_cell(stages, reason=reason, **given)
    if asked:
        planned = asked["planned"]
        yield coverage_cell({"had_step": planned, "waited": planned, "matched": planned, **asked}, **given)


def _coverage() -> Iterator[CoverageCell]:
    yield coverage_cell({"had_step": 300, "withheld": 300}, step="opened", reason="no_rule_matched")
    phone: dict[Stage, int] = {
        "planned": 200,
        "sent": 180,
        "bounced": 20,
        "delivered": 150,
        "started": 80,
        "answered": 60,
    }
    withheld = {"no_rule_matched": 20, "no_consent": 180, "not_sampled": 100}
    yield from touchpoints(withheld, phone)
    yield coverage_cell({"cancelled": 10}, reason="cancelled_by_event")
    yield coverage_cell({"expired": 5}, reason="expired")
    chat: dict[Stage, int] = {
        "planned": 200,
        "sent": 200,
        "delivered": 195,
        "started": 120,
        "answered": 100,
    }
    yield from touchpoints({}, chat, channel="chat", day=TUESDAY)
    yield from touchpoints({"no_reachable_channel": 80}, {}, channel="letter", day=TUESDAY)
    yield from touchpoints({"hold_out": 90}, {}, journey="delivery", step="done", channel="app", day=TUESDAY)
    yield from touchpoints(withheld, phone, attribute="agent_id", value="17")
    yield from touchpoints({}, chat, attribute="agent_id", value="=18", channel="chat", day=TUESDAY)
    yield from touchpoints({}, chat, attribute="hour", value="09", channel="chat", day=TUESDAY)
    yield from touchpoints(withheld, phone, attribute="hour", value="14")


def _scores() -> Iterator[ScoreCell]:
    """CES from 1 to 5, lower is better: bad on the phone, good in the chat, and too few letters."""
    yield score_cell((5, 5, 10, 20, 20))
    yield score_cell((60, 25, 10, 3, 2), channel="chat", day=TUESDAY)
    yield score_cell((60, 25, 10, 3, 2), step="handled", channel="chat", day=TUESDAY)
    yield score_cell((1, 1, 1, 1, 1), channel="letter", day=TUESDAY)
