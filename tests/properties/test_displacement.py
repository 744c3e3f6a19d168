"""The fewest that make room, against trying every choice."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import combinations
from random import Random

import pytest

from router.model.customer import Invitation
from router.model.policy import Limit, Policy
from router.policy.candidate import Candidate
from router.policy.displacing import MAX_STEPS, MOST_SEARCHED, TooManySteps, Wish, exactly, fewest, simply
from router.policy.limits import standings, usage
from tests.unit.core.builders import T0, ask, candidate, invitation

HOUR = timedelta(hours=1)
SCOPES: list[dict[str, str]] = [{}, {}, {"metric": "nps"}, {"channel": "email"}, {"journey": "j"}]


def met(chosen: int, wishes: Iterable[Wish]) -> bool:
    return all((wish.among & chosen).bit_count() >= wish.need for wish in wishes)


def tried(wishes: list[Wish], size: int) -> int:
    """The least of the smallest choices, by trying all."""
    for count in range(size + 1):
        ways = [sum(1 << place for place in places) for places in combinations(range(size), count)]
        if fitting := [way for way in ways if met(way, wishes)]:
            return min(fitting)
    raise AssertionError("a wish asks for more than there are")


def made_up(chance: Random, size: int) -> list[Wish]:
    """Any wishes, of spans that overlap and of several limits."""
    wishes = []
    for _ in range(chance.randint(0, 6)):
        low, high = sorted((chance.randrange(size), chance.randrange(size)))
        among = sum(1 << place for place in range(low, high + 1) if chance.random() < 0.8)
        if among:
            wishes.append(Wish(among, chance.randint(1, min(3, among.bit_count()))))
    return wishes


@pytest.mark.parametrize("seed", range(5))
def test_exactly_the_fewest_and_of_these_the_least_important(seed: int) -> None:
    chance = Random(seed)
    for _ in range(200):
        size = chance.randint(1, 10)
        wishes = made_up(chance, size)
        assert exactly(wishes, size) == tried(wishes, size)
        simple = simply(wishes, size)
        assert met(simple, wishes)
        assert all(not met(simple & ~(1 << place), wishes) for place in range(size) if simple >> place & 1)


def there(chance: Random, number: int) -> Invitation:
    """An invitation planned for some hour around the candidate's, or sent before it."""
    state = chance.choice(["planned", "planned", "planned", "sent"])
    hour = chance.randint(-60 if state == "sent" else 0, 0 if state == "sent" else 120)
    return invitation(
        f"{hour}h",
        chance.choice(["nps", "ces"]),
        state,
        id=f"i{number}",
        priority=chance.choice([0, 10, 10, 20, 90]),
        channel=chance.choice(["email", "sms"]),
        journey=chance.choice([None, "j"]),
    )


def room(given: Candidate, gone: Iterable[str]) -> bool:
    """Whether every limit allows the candidate without these."""
    instead, at = given.in_place_of(frozenset(gone)), given.due or T0
    return all(usage(one, given.policy, at) <= one.limit.max for one in standings(instead))


def wanted(given: Candidate) -> frozenset[str]:
    """Every choice tried: the fewest, then the one that keeps the highest priority, the latest, the last by id."""
    lesser = sorted(
        (
            one
            for one in given.customer.invitations
            if one.state == "planned" and one.priority < given.rule.priority
        ),
        key=lambda one: (one.priority, one.at, one.id),
        reverse=True,
    )
    for count in range(len(lesser) + 1):
        ways = [
            gone
            for gone in combinations(range(len(lesser)), count)
            if room(given, (lesser[n].id for n in gone))
        ]
        if ways:
            best = min(ways, key=lambda gone: [place in gone for place in range(len(lesser))])
            return frozenset(lesser[place].id for place in best)
    return frozenset()


@pytest.mark.parametrize("seed", range(6))
def test_the_fewest_go_under_any_limits(seed: int) -> None:
    chance, displacing = Random(seed), 0
    for _ in range(80):
        per = [
            chance.choice([12 * HOUR, 48 * HOUR, 96 * HOUR, "calendar_day", "calendar_week"])
            for _ in range(3)
        ]
        limits = [
            Limit(f"l{number}", chance.choice([1, 1, 2, 3]), per[number], **chance.choice(SCOPES))
            for number in range(chance.randint(1, 3))
        ]
        given = candidate(
            *(there(chance, number) for number in range(chance.randint(1, 9))),
            rule=ask(journey="j", priority=50),
            policy=Policy(limits=tuple(limits)),
        )
        given.due = T0 + chance.randint(0, 60) * HOUR
        refusing = [one for one in standings(given) if usage(one, given.policy, given.due) > one.limit.max]
        found = fewest(given, refusing)
        assert found == (wanted(given) if refusing else frozenset())
        displacing += bool(found)
    assert displacing > 10


@pytest.mark.parametrize(("count", "most"), [(MOST_SEARCHED, 30), (1_000, 500), (3_000, 3)])
def test_a_choice_among_very_many_makes_room_and_takes_none_too_many(count: int, most: int) -> None:
    """As after a limit was lowered far below what is planned."""
    chance = Random(count)
    many = [
        invitation(f"{chance.randint(0, 400)}h", state="planned", id=f"i{n}", priority=chance.randint(0, 40))
        for n in range(count)
    ]
    limits = (Limit("a", most, 240 * HOUR), Limit("b", most, 100 * HOUR), Limit("c", most, "calendar_week"))
    given = candidate(*many, rule=ask(priority=50), policy=Policy(limits=limits))
    given.due = T0 + 200 * HOUR
    refusing = [one for one in standings(given) if usage(one, given.policy, given.due) > one.limit.max]
    gone = fewest(given, refusing)
    assert gone
    assert room(given, gone)
    spared = sorted(gone)[:: max(1, len(gone) // 20)]
    assert not any(room(given, gone - {one}) for one in spared)


def test_a_search_that_takes_too_long_is_given_up() -> None:
    """Any three of 60 in common to many wishes: far more ways than are tried."""
    chance = Random(1)
    wishes = [Wish(sum(1 << place for place in chance.sample(range(60), 25)), 9) for _ in range(40)]
    assert MAX_STEPS < 10_000
    with pytest.raises(TooManySteps):
        exactly(wishes, 60)
    assert met(simply(wishes, 60), wishes)
