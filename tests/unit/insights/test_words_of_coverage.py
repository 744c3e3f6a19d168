"""Coverage told in sentences."""

import pytest

from router.words.coverage import bias_sentence, nobody_answers, reason_sentence, where_words
from router.words.figures import percent


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (None, ""),
        (0.0, "0.0 %"),
        (0.0001, "< 0.1 %"),
        (0.0006, "0.1 %"),
        (0.1234, "12.3 %"),
        (1.0, "100.0 %"),
    ],
)
def test_a_share_is_rounded_and_never_to_nothing(share: float | None, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"journey": "complaint", "step": "resolved", "channel": "phone"}, "complaint / resolved on phone"),
        ({"journey": "", "step": "", "channel": ""}, "outside every journey on no channel"),
        ({"hour": "09"}, "the hour from 09:00"),
        ({"agent_id": "17"}, "agent_id 17"),
    ],
)
def test_places_have_words(where: dict[str, str], words: str) -> None:
    assert where_words(where) == words


def test_a_manager_is_told_how_wrong_a_share_may_be() -> None:
    told = bias_sentence("sent", 160, 600, 0.800643, 0.1869, "channel")
    assert told == (
        "Of 600 touchpoints that a question was sent about, 26.7 % were answered, most unevenly by channel (R 0.80;"
        " 1 would be even). In the worst case a share of satisfied customers among all of them is 19 percentage points"
        " higher or lower than among those who answered, however many they are."
    )
    assert "nothing known makes a score wrong" in bias_sentence("sent", 160, 600, 1.0, 0.0, "channel")


def test_a_reason_of_a_newer_program_is_told_as_it_is() -> None:
    assert reason_sentence("hold_out") == "The customer is in the hold-out group, which is never asked."
    assert reason_sentence("from_the_future") == "from_the_future"
    assert "none of 40 sent. Elsewhere 30.0 %" in nobody_answers({"hour": "03"}, 40, 0.3)
