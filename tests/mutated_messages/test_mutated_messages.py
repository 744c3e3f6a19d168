import pytest
from msgspec.structs import replace

from router.sources.mapper import Mapper
from tests.mutated_messages import comparing
from tests.mutated_messages.comparing import Different, check


@pytest.mark.parametrize("seed", range(4))
def test_a_mutated_message_is_an_interaction_a_skip_or_a_dead_letter(seed: int) -> None:
    assert check(seed, 1_000) == 1_000


def test_a_mapper_that_raises_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def take(*_: object) -> None:
        raise ZeroDivisionError

    check(0, 1)
    monkeypatch.setattr(Mapper, "take", take)
    with pytest.raises(Different, match="ZeroDivisionError"):
        check(0, 1)


def test_a_neighbour_that_is_lost_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    messages = comparing.Messages()
    messages.outcomes = [replace(one, interactions=()) for one in messages.outcomes]
    monkeypatch.setattr(comparing, "_messages", messages)
    with pytest.raises(Different, match="its neighbour"):
        check(0, 50)
