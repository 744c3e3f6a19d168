"""Coverage told in sentences."""

import pytest

from router.words.coverage import (
    headline,
    nobody_answers,
    nobody_asked,
    where_words,
    who_answered_sentence,
)
from router.words.figures import percent
from router.words.reasons import meaning


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
    told = who_answered_sentence("sent", 160, 600, ("channel", 0.800643, 0.1869))
    assert told == (
        "Of 600 touchpoints that a question was sent about, 26.7 % were answered, most unevenly by channel (R 0.80;"
        " 1 would be even). In the worst case a share of satisfied customers among all of them is 19 percentage points"
        " higher or lower than among those who answered, however many they are."
    )
    assert "nothing known makes a score wrong" in who_answered_sentence(
        "sent", 160, 600, ("channel", 1.0, 0.0)
    )
    assert "too few" in who_answered_sentence("waited", 3, 600, None)


def test_the_same_in_dutch() -> None:
    told = who_answered_sentence("waited", 160, 600, ("channel", 0.800643, 0.1869), "nl")
    assert told.startswith(
        "Van 600 contactmomenten waarop een regel wacht, is 26.7 % beantwoord, het ongelijkst naar channel"
    )
    where = {"journey": "klacht", "step": "opgelost", "channel": "telefoon"}
    assert nobody_asked(where, 80, "hold_out", "nl").endswith(
        "contactmomenten is iets gevraagd. Meestal: De klant hoort bij de groep die nooit iets wordt gevraagd."
    )
    assert "klacht / opgelost via telefoon" in nobody_answers(where, 40, 0.3, "nl")
    assert "dekking van 26.7 %" in headline(160, 600, 600, "nl")


def test_a_reason_of_a_newer_program_is_told_as_it_is() -> None:
    assert meaning("hold_out") == "The customer is in the hold-out group, which is never asked."
    assert meaning("from_the_future") == "from_the_future"
    assert "none of 40 sent. Elsewhere 30.0 %" in nobody_answers({"hour": "03"}, 40, 0.3)
