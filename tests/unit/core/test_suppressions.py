"""What a suppression is confined to, and the hashes that stand for addresses and customers."""

import pytest

from router.keyed_hash import KeyedHash
from router.policy.suppressions import standing_against, suppression


@pytest.mark.parametrize(
    ("confined", "against"),
    [
        ((), [True, True, True]),
        (("email",), [True, False, True]),
        (("email", "research"), [True, False, False]),
        ((None, "research"), [True, True, False]),
        (("email", None, "a1"), [True, False, False]),
    ],
)
def test_a_suppression_stands_where_all_that_it_names_is_so(
    confined: tuple[str | None, ...], against: list[bool]
) -> None:
    entry = suppression("bounced", *confined)
    asked = [("email", "research", "a1"), ("sms", "research", None), ("email", None, "b2")]
    assert [bool(standing_against([entry], *one)) for one in asked] == against


def test_a_confined_one_does_not_stand_against_asking_at_all() -> None:
    entries = ["opted_out", suppression("bounced", "email"), suppression("opted_out", None, "research")]
    assert standing_against(entries, None) == ["opted_out"]


def test_hashes_know_an_address_again_and_depend_on_the_secret() -> None:
    ours, theirs = KeyedHash(b"ours"), KeyedHash(b"theirs")
    assert ours.address(" Ann@Example.org ") == ours.address("ann@example.org")
    assert len({ours.address("a"), ours.address("b"), theirs.address("a"), ours.customer("a").hex()}) == 4
    assert "ann" not in ours.address("ann@example.org")
