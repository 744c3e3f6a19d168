"""What is told of the past knows bounced addresses again, and holds no address."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime

import pytest

from router.authoring.comparison import effect
from router.insights.replay import replay
from router.insights.rule_book import RuleBook
from router.model.encoding import decode_interaction, encode_interaction
from router.model.interaction import DELIVERY_TYPE, Interaction
from router.model.keyed_hash import KeyedHash, with_hashes
from router.model.ledger import JournalRow
from tests.unit.core.builders import ALLOW, event, moment, rules
from tests.unit.insights.kept import KeptAnswers

RULES = rules(
    "rules: [{id: ask, when: {type: visit}, send: {survey: ces, channel: email}}]\n",
    policy=ALLOW + "recipient: required\n",
)
HASHES = KeyedHash(b"of the test")


def visit(at: str, address: str) -> Interaction:
    return with_hashes(event("visit", at, recipient={"email": address}), HASHES)


@pytest.fixture
def kept() -> KeptAnswers:
    """One address bounces and comes again otherwise spelt; another one comes too."""
    kept = KeptAnswers(RULES)
    kept.take([visit("0h", "Sales/eu@example.org"), event("tick", "1h")])
    (invitation,) = kept.views
    kept.take([event(DELIVERY_TYPE, "2h", invitation_id=str(invitation), status="hard_bounced")])
    kept.take([visit("3h", "sales/EU@example.org"), visit("4h", "bob@example.org"), event("tick", "5h")])
    return kept


async def test_the_journal_replayed_comes_to_the_same(kept: KeptAnswers) -> None:
    reasons = [row.reason for row in kept.rows]
    assert reasons[3:5] == ["suppressed", "invited"]
    entries = await replay(kept, "c-1", RuleBook(RULES))
    assert [
        entry.explained(RULES).folded.decision.reason
        for entry in entries
        if entry.interaction.type == "visit"
    ] == [
        "invited",
        "suppressed",
        "invited",
    ]


def test_no_address_is_journaled(kept: KeptAnswers) -> None:
    assert not any(b"example.org" in row.body for row in kept.rows)
    hashed = [decode_interaction(row.body) for row in kept.rows if b"visit" in row.body]
    assert all(one.recipient for one in hashed)
    raw = event("visit", "9h", recipient={"email": "ann@example.org", "push": "0" * 32})
    assert not decode_interaction(encode_interaction(raw)).recipient


class Journal:
    """The rows of a worker, as a comparison reads them."""

    def __init__(self, kept: KeptAnswers) -> None:
        self._rows = kept.rows

    closed = False

    async def journal_in_order(self, since: datetime) -> AsyncGenerator[Sequence[JournalRow], None]:
        try:
            yield self._rows
        finally:
            self.closed = True


async def test_a_comparison_on_the_journal_counts_what_was_asked(kept: KeptAnswers) -> None:
    found = await effect(Journal(kept), RULES, RULES, moment("0h"))
    assert (found.invitations.before, found.invitations.after) == (2, 2)
    assert [(count.name, count.before) for count in found.refusals if count.name == "suppressed"] == [
        ("suppressed", 1)
    ]


async def test_whoever_breaks_a_comparison_off_gives_the_journal_back(kept: KeptAnswers) -> None:
    journal = Journal(kept)

    def breaks_off(_at: datetime) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await effect(journal, RULES, RULES, moment("0h"), breaks_off)
    assert journal.closed
