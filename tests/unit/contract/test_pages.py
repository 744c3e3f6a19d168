"""The hand-written pages of docs/contracts say what the code does."""

import hashlib
import hmac
import json
import re
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from router.contract.dead_letters import dead_letter_headers
from router.contract.examples import (
    ANSWER,
    DELIVERED,
    DELIVERED_EVENT,
    INTERACTION,
    OPTED_OUT,
    PREFERENCES,
    PREFERENCES_EVENT,
    RULE,
    SECRET,
    alert_payload,
    cancellation_payload,
    example_interaction,
    example_invitation,
    invitation_payload,
    shift_payload,
)
from router.decide.choose import INVITATION_NAMESPACE, invitation_id
from router.decode.outcome import DEFAULT_LIMITS
from router.model.decision import REASONS
from router.model.invitation_states import DELIVERY_STATUSES, INVITATION_STATES, TRANSITIONS
from router.model.record import DEAD_REASONS
from router.model.response_token import read_token
from router.policy.draw import draw
from router.settings.kafka import TopicSettings

DIRECTORY = Path(__file__).parents[3] / "docs" / "contracts"
README = (DIRECTORY / "README.md").read_text(encoding="utf-8")
DEAD_LETTERS = (DIRECTORY / "dead-letters.md").read_text(encoding="utf-8")


def rows(text: str, columns: int) -> list[list[str]]:
    """The rows of all tables with so many columns, heads and rules left out."""
    found = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"
    ]
    tables = [row for row in found if len(row) == columns]
    rules = [index for index, row in enumerate(tables) if set(row[0]) == {"-"}]
    return [row for index, row in enumerate(tables) if index not in rules and index + 1 not in rules]


def test_the_examples_are_those_of_the_code() -> None:
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", README, re.DOTALL)]
    inwards = [INTERACTION, PREFERENCES, PREFERENCES_EVENT, OPTED_OUT]
    back = [DELIVERED, DELIVERED_EVENT, ANSWER]
    assert shown == [
        *inwards,
        invitation_payload(),
        cancellation_payload(),
        *back,
        alert_payload(),
        shift_payload(),
    ]


def test_every_topic_is_named() -> None:
    topics = TopicSettings()
    for name in (
        topics.interactions,
        topics.preferences,
        topics.invitations,
        topics.deliveries,
        topics.responses,
        topics.alerts,
        f"`<topic>{topics.dlq_suffix}`",
    ):
        assert name in README


def test_every_link_leads_somewhere() -> None:
    for page in DIRECTORY.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            assert (DIRECTORY / target).exists(), f"{page.name}: {target}"


def test_every_reason_is_explained_in_both_languages_and_in_order() -> None:
    explained = rows((DIRECTORY / "reasons.md").read_text(encoding="utf-8"), 6)
    assert [row[0].strip("`") for row in explained] == list(REASONS)
    for reason, on, _time, meaning, english, dutch in explained:
        assert set(on.split(", ")) <= {"decision", "end", "trace"}, reason
        for sentence in (meaning, english, dutch):
            assert re.fullmatch(r"[A-Z].*\.", sentence), f"{reason}: {sentence}"
        assert english != dutch


def test_every_reason_and_header_of_a_dead_letter_is_explained() -> None:
    explained = [row[0].strip("`") for row in rows(DEAD_LETTERS, 2)]
    assert explained == [*dead_letter_headers()["properties"], *DEAD_REASONS]


def test_the_limits_of_records_are_those_of_the_decoder() -> None:
    assert DEFAULT_LIMITS.value == 2**20
    assert "1 MiB" in DEAD_LETTERS
    assert f"more than {DEFAULT_LIMITS.headers:,} headers" in DEAD_LETTERS
    assert f"more than {DEFAULT_LIMITS.batch:,} events" in DEAD_LETTERS
    assert f"more than {DEFAULT_LIMITS.depth} deep" in DEAD_LETTERS


def test_the_invitation_id_is_computed_as_described() -> None:
    (namespace,) = re.findall(r"namespace `([0-9a-f-]{36})`", README)
    (name,) = re.findall(r"`(\S+⏎\S+⏎\S+)`", README)
    expected = str(uuid5(UUID(namespace), name.replace("⏎", "\n")))

    assert UUID(namespace) == INVITATION_NAMESPACE
    assert expected == invitation_id(example_interaction(), RULE) == invitation_payload()["id"]


def test_the_response_token_has_the_layout_described() -> None:
    event = example_invitation()
    token = str(event.data.response_token)
    raw = urlsafe_b64decode(token + "=")
    respond_by = datetime.fromtimestamp(int.from_bytes(raw[16:22], "big"), UTC)

    assert len(raw) == 38
    assert str(UUID(bytes=raw[:16])) == event.id
    assert respond_by == event.data.respond_by
    assert raw[22:] == hmac.new(SECRET, raw[:22], hashlib.sha256).digest()[:16]
    assert read_token(token, SECRET) == event.id


def test_the_worked_draws_come_out_as_shown() -> None:
    worked = [row for row in rows(README, 3) if re.fullmatch(r"`[0-9a-f]{16}`", row[1])]
    assert len(worked) == 2
    for text, first_bytes, number in worked:
        salt, purpose, period, customer = text.strip("`").split("/")
        assert hashlib.sha256(text.strip("`").encode()).hexdigest()[:16] == first_bytes.strip("`")
        assert round(draw(salt, purpose, period, customer), 6) == float(number)
        assert round(int(first_bytes.strip("`"), 16) / 2**64, 6) == float(number)


def test_the_words_about_the_worked_draws_are_true() -> None:
    assert 0.02 <= draw("example", "hold_out", "", "C-1001") < 0.05
    assert 0.5 <= draw("example", f"sample:{RULE}", "2026-03", "C-1001") < 0.6


def test_every_state_and_every_trigger_is_drawn() -> None:
    drawn = (DIRECTORY.parent / "img" / "invitation-states.svg").read_text(encoding="utf-8")
    assert [state for state in INVITATION_STATES if f">{state}<" not in drawn] == []
    triggers = {trigger for way in TRANSITIONS.values() for trigger in way} | set(DELIVERY_STATUSES)
    assert sorted(trigger for trigger in triggers if trigger not in drawn) == []
