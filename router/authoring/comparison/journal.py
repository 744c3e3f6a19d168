"""The journal through two rule sets: what a change would have done to what really happened."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Final, Protocol

from msgspec.structs import replace

from router.authoring.comparison.effect import Effect
from router.authoring.comparison.simulation import RuleSetComparison
from router.model.encoding import decode_interaction
from router.model.interaction import Interaction
from router.model.ledger import JournalRow
from router.model.schedules import by_itself
from router.rules.ruleset import RuleSet
from router.words.voice import PLAIN, Voice

LONGEST_LEAD_IN: Final = timedelta(days=90)
"""How far before the time looked at the journal is read at most, to know what limits and journeys count then."""


class JournalInOrder(Protocol):
    """What this needs of a store."""

    def journal_in_order(self, since: datetime) -> AsyncGenerator[Sequence[JournalRow], None]:
        """All interactions decided since then, and preferences whenever they came, in the order they were decided."""


async def effect(
    reading: JournalInOrder,
    before: RuleSet,
    after: RuleSet,
    since: datetime,
    progress: Callable[[datetime], None] = lambda _at: None,
    fields: tuple[str, ...] = (),
    voice: Voice = PLAIN,
) -> Effect:
    """What the rules after would have done, had they been published at `since` in place of those before.

    Each interaction is decided at the clock it was decided at then. `progress` is told the clock as it goes; invitations are
    counted by `fields` as well.
    Raises what `reading` raises.
    """
    comparison = RuleSetComparison(before, after, fields, voice)
    channels = _channels(before, after)
    # Whoever tells the progress may break off: the connection is given back then.
    async with aclosing(reading.journal_in_order(since - lead_in(before, after))) as journal:
        async for rows in journal:
            for row in rows:
                interaction = _with_addresses(decode_interaction(row.body), row, channels)
                if by_itself(interaction):
                    # Each side finds out by itself when its journeys are over, and what its schedules make.
                    if row.now >= since:
                        comparison.passed(row.now)
                elif row.now < since:
                    comparison.lead_in(interaction, row.now, owned=True)
                else:
                    comparison.take(interaction, row.now, owned=True)
            progress(rows[-1].now)
    return comparison.finish()


def lead_in(before: RuleSet, after: RuleSet) -> timedelta:
    """How far back the past matters: the longest limit or journey of both sets, up to `LONGEST_LEAD_IN`."""
    windows = [rules.policy.longest_window for rules in (before, after)]
    windows += [entry.definition.expires for rules in (before, after) for entry in rules.maps.values()]
    return min(max(windows), LONGEST_LEAD_IN)


def _channels(before: RuleSet, after: RuleSet) -> tuple[str, ...]:
    """The channels that addresses are needed for; none where no policy needs them."""
    if not (before.policy.recipient_required or after.policy.recipient_required):
        return ()
    entries = (entry for rules in (before, after) for entry in rules.index.rules)
    return tuple(sorted({channel for entry in entries for channel in entry.rule.channels}))


def _with_addresses(interaction: Interaction, row: JournalRow, channels: tuple[str, ...]) -> Interaction:
    """Rows of earlier versions keep no hashes: what was not refused for want of an address is taken to have had one."""
    if interaction.recipient or not channels or row.reason == "no_reachable_channel":
        return interaction
    return replace(interaction, recipient=dict.fromkeys(channels, "known"))
