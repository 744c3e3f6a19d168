"""What a suppression is confined to, and the hashes that stand for addresses and customers."""

import hmac
from typing import Any

import pytest

from router.model.keyed_hash import KeyedHash, with_hashes
from router.policy.suppressions import standing_against, suppression
from tests.unit.core.builders import event, preferences


@pytest.mark.parametrize(
    ("confined", "against"),
    [
        ((), [True, True, True]),
        (("email",), [True, False, True]),
        (("email", "research"), [True, False, False]),
        ((None, "research"), [True, True, False]),
        (("email", None, "a1"), [True, False, False]),
        (("email", None, "known before"), [True, False, False]),
    ],
)
def test_a_suppression_stands_where_all_that_it_names_is_so(
    confined: tuple[str | None, ...], against: list[bool]
) -> None:
    entry = suppression("bounced", *confined)
    asked: list[tuple[str, str | None, tuple[str, ...]]] = [
        ("email", "research", ("a1", "known before")), ("sms", "research", ()), ("email", None, ("b2",)),
    ]  # fmt: skip
    assert [bool(standing_against([entry], *one)) for one in asked] == against


def test_a_confined_one_does_not_stand_against_asking_at_all() -> None:
    entries = ["opted_out", suppression("bounced", "email"), suppression("opted_out", None, "research")]
    assert standing_against(entries, None) == ["opted_out"]


@pytest.mark.parametrize("channel", ["email", "push/ios", "a/b/c", "push/"])
def test_a_slash_in_a_channel_hides_no_suppression(channel: str) -> None:
    for confined in ((channel,), (channel, "research"), (channel, None, "a1")):
        entry = suppression("bounced", *confined)
        assert standing_against([entry], channel, "research", ("a1",))
        assert not standing_against([entry], "sms", "research", ("a1",))


def test_a_slash_in_an_address_hides_no_suppression() -> None:
    entry = suppression("bounced", "email", None, "sales/eu@example.org")
    assert standing_against([entry], "email", None, ("sales/eu@example.org",))
    assert not standing_against([entry], "email", None, ("sales",))


def test_hashes_know_an_address_again_and_depend_on_the_secret() -> None:
    ours, theirs = KeyedHash(b"ours"), KeyedHash(b"theirs")
    assert ours.address("email", " Ann@Example.org ") == ours.address("email", "ann@example.org")
    found = {
        *ours.address("email", "a@b.nl"),
        *ours.address("email", "b@b.nl"),
        *theirs.address("email", "a@b.nl"),
    }
    assert len(found) == 3
    assert not any("a@" in one for one in found)
    assert ours.customer("a") != theirs.customer("a")


def test_hashes_with_a_former_secret_are_known_again_and_made_no_more() -> None:
    former = KeyedHash(b"theirs")
    now = KeyedHash(b"ours", [b"theirs"])
    assert former.customer("a")[0] in now.customer("a")[1:]
    for address in ("ann@example.org", "Ann@bücher.example"):
        assert former.address("email", address)[0] in now.address("email", address)[1:]
        assert now.address("email", address)[0] == KeyedHash(b"ours").address("email", address)[0]


def test_the_hashes_of_earlier_versions_are_known_again() -> None:
    """As 0.1.0 made them: of the address stripped and in lower case, whatever the channel."""
    stored = (
        ("email", "Ann@Example.org"),
        ("email", "info@bücher.example"),
        ("push", "fT-x/Ab"),
        ("sms", "+31 6 12345678"),
    )
    key = hmac.digest(b"ours", b"addresses", "sha256")
    for channel, address in stored:
        earlier = hmac.digest(key, address.strip().lower().encode(), "sha256")[:16].hex()
        assert earlier in KeyedHash(b"ours").address(channel, address)


def test_the_core_is_given_hashes_in_the_place_of_addresses() -> None:
    seen = with_hashes(
        event("visit", recipient={"email": "Ann@bücher.example", "push": "Tok/en"}), KeyedHash(b"x")
    )
    assert "Ann@" not in repr(seen)
    assert "Tok" not in repr(seen)
    assert set(seen.recipient) == {"email", "push"}
    assert seen.known_by("email")[0] == KeyedHash(b"x").address("email", "ann@xn--bcher-kva.example")[0]
    assert seen.known_by("sms") == ()


@pytest.mark.parametrize("as_list", [True, False])
def test_an_address_in_a_preference_is_hashed_too(as_list: bool) -> None:
    entry = "bounced/email//Ann/x@Example.org"
    hashes = KeyedHash(b"x")
    seen = with_hashes(preferences(suppressed=[entry, "opted_out"] if as_list else entry), hashes)
    said = seen.attributes["suppressed"]
    hashed = said[0] if as_list else said
    assert hashed == f"bounced/email//{hashes.address('email', 'ann/x@example.org')[0]}"
    assert with_hashes(seen, hashes) == seen


@pytest.mark.parametrize("odd", [None, 7, {"a": 1}, [None, 7, ["x"]], "opted_out", ["opted_out/email"]])
def test_what_is_no_suppression_stays_as_it_was_said(odd: Any) -> None:
    said = preferences(suppressed=odd)
    assert with_hashes(said, KeyedHash(b"x")) == said
