"""The customers' answers: the same for the same seed, on the scale, and worse where it is planted."""

from datetime import UTC, datetime, timedelta
from statistics import fmean

import msgspec
import pytest

from router.authoring.language.load import load_directory
from router.demo.respondents import BAD_CHANNEL, Asked, Effort, Efforts, Respondents, answer_to
from router.flow.messages import Released
from router.model.customer import Customer, Invitation
from router.model.interaction import Interaction
from router.model.survey import Survey, Text
from router.settings.kafka import TopicSettings
from router.settings.settings import shipped_rules

AT = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
EASY = Survey("ces-2.0", "ces", "ces-2.0", (1, 7), "higher_is_better", {"en": Text("?", "no", "yes")})
HARD = Survey("ces-1.0", "ces", "ces-1.0", (1, 5), "lower_is_better", {"en": Text("?", "no", "yes")})


def asked(number: int, step: str = "resolved", channel: str = "phone", effort: Effort = Effort()) -> Asked:  # noqa: B008
    return Asked(f"invitation-{number}", "complaint", step, channel, effort, AT)


def scores(survey: Survey, **facts: object) -> list[int]:
    found = [answer_to(asked(number, **facts), survey, seed=7) for number in range(2_000)]
    return [answer.score for answer in found if answer is not None]


def test_the_same_seed_and_question_give_the_same_answer() -> None:
    again = [[answer_to(asked(number), EASY, seed) for number in range(50)] for seed in (7, 7, 8)]
    assert again[0] == again[1] != again[2]


@pytest.mark.parametrize("survey", [EASY, HARD])
def test_answers_are_on_the_scale_and_the_bad_channel_is_worse(survey: Survey) -> None:
    usual, bad = scores(survey), scores(survey, channel=BAD_CHANNEL)
    low, high = survey.scale
    assert set(usual) | set(bad) <= set(range(low, high + 1))
    worse = fmean(usual) - fmean(bad)
    assert (worse if survey.polarity == "higher_is_better" else -worse) > 0.3 * (high - low)


def test_effort_makes_it_harder_and_who_had_a_hard_time_answers_less() -> None:
    easy, hard = scores(EASY), scores(EASY, effort=Effort(contacts=4, transfers=3))
    assert fmean(easy) > fmean(hard) + 0.5
    assert len(easy) > len(hard)


def test_nobody_answers_before_being_asked() -> None:
    answers = [answer_to(asked(number), EASY, seed=7) for number in range(200)]
    assert all(answer.at > AT for answer in answers if answer is not None)


def test_the_effort_of_a_case_is_what_was_there_by_then() -> None:
    def contact(number: int, hour: int, transfers: int) -> dict[str, object]:
        data = {"case_id": "case-1", "transfers": transfers}
        return {
            "id": f"call-{number}",
            "type": "call.completed",
            "time": f"2026-03-03T{hour:02}:00:00.000Z",
            "data": data,
        }

    again = contact(2, 11, 2)
    efforts = Efforts([contact(1, 9, 1), again, again, contact(3, 18, 4)])
    assert efforts.until("case-1", AT) == Effort(contacts=2, transfers=3)
    assert efforts.until(None, AT) == efforts.until("another", AT) == Effort()


def released(rule: str, number: int = 0) -> Released:
    about = Interaction("/demo/shop", "shop-1", "subscription.renewed", AT, "c-00042", "web")
    invitation = Invitation(
        f"00000000-0000-5000-8000-00000000000{number}", rule, "nps", "nps", "email", 40, AT, state="queued",
        kind="reminder" if number else "invitation", root="00000000-0000-5000-8000-000000000000", number=number,
    )  # fmt: skip
    return Released(Customer("c-00042"), invitation, about, None)  # type: ignore[arg-type]


def test_a_delivery_is_told_at_once_and_an_answer_in_its_time_once() -> None:
    rules, topics = load_directory(shipped_rules()), TopicSettings()
    for seed in range(20):
        people = Respondents(seed, Efforts(()), topics)
        (delivery,) = people.asked([released("nps-after-purchase")], rules)
        assert delivery.topic == topics.deliveries
        assert people.answers(AT) == []
        told = people.answers(AT + timedelta(days=3))
        assert people.answers(AT + timedelta(days=9)) == []
        if told:
            assert msgspec.json.decode(told[0].value)["data"]["score"] in range(11)
            break
    else:
        pytest.fail("nobody answered")


def test_where_a_rule_reminds_customers_wait_for_the_reminder() -> None:
    rules = load_directory(shipped_rules())
    answered = [0, 0]
    for seed in range(30):
        for number in (0, 1):
            people = Respondents(seed, Efforts(()), TopicSettings())
            people.asked([released("nps-after-renewal", number)], rules)
            answered[number] += len(people.answers(AT + timedelta(days=9)))
    assert answered[0] == 0 < answered[1]
