"""Drivers over what a store counts: samples of many answers, and who did not answer."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from router.insights.drivers import MOST, drivers
from router.model.cells import Question
from router.model.effort import AskedAt, CustomerCount, SignalCounts, WantedAnswers
from router.model.encoding import encode_json
from router.model.policy import ScoreSettings
from router.model.responses import AskedContext, Signal

NOW = datetime(2026, 11, 27, tzinfo=UTC)
CES = Question("ces", "ces", 1, 5, "lower_is_better", "1", "likert")
PHONE, CHAT = AskedAt(CES, "complaint", "resolved", "phone"), AskedAt(CES, "complaint", "resolved", "chat")


def asked(contacts: Signal, *, channel: str = "phone", days: int = 1, text: str = "1") -> bytes:
    return encode_json(
        AskedContext(
            "ces", "ces", (1, 5), "lower_is_better", text, "likert", "rule", 1, NOW - timedelta(days=days),
            journey="complaint", step="resolved", channel=channel, effort={"contacts": contacts},
        )
    )  # fmt: skip


class Counted:
    """A store that has counted already."""

    def __init__(self, answers: int, contexts: list[bytes] | None = None) -> None:
        self.many, self.contexts = answers, contexts or []
        self.wanted: list[WantedAnswers] = []

    async def answers(self, wanted: WantedAnswers) -> int:
        return self.many

    async def scores(self, wanted: WantedAnswers) -> dict[AskedAt, SignalCounts]:
        self.wanted.append(wanted)
        # On the telephone contacts are many and answers good; within each channel more contacts are worse.
        few = Counter[tuple[float, float]]({(1, 3): 30, (2, 4): 30, (1, 4): 5})
        many = Counter[tuple[float, float]]({(5, 1): 30, (6, 2): 30, (5, 2): 5})
        return {CHAT: {"contacts": few, "agent": Counter()}, PHONE: {"contacts": many}}

    async def customers(self, wanted: WantedAnswers) -> list[CustomerCount]:
        self.wanted.append(wanted)
        return [CustomerCount(CES, 1, score, score * score, 26) for score in range(1, 6)]

    async def unanswered(self, most: int, survey: str | None = None) -> list[bytes]:
        return self.contexts


async def test_of_many_answers_a_sample_is_looked_at() -> None:
    few, many = Counted(MOST), Counted(MOST * 4)
    assert not (await drivers(few, WantedAnswers(), ScoreSettings(), NOW)).sampled
    assert {wanted.share for wanted in few.wanted} == {1.0}
    report = await drivers(many, WantedAnswers(), ScoreSettings(), NOW)
    assert (report.sampled, report.answers) == (True, MOST * 4)
    assert {wanted.share for wanted in many.wanted} == {0.25}


async def test_the_mix_is_told_and_signals_without_numbers_are_not() -> None:
    (survey,) = (await drivers(Counted(130), WantedAnswers(), ScoreSettings(), NOW)).surveys
    (contacts,) = survey.drivers
    assert (survey.n, contacts.signal, contacts.n) == (130, "contacts", 130)
    assert contacts.mix
    assert contacts.link == "goes together with worse answers"
    assert contacts.over_all is not None
    assert contacts.within is not None
    assert contacts.over_all.point < 0 < contacts.within.point
    assert (contacts.unanswered, contacts.unanswered_mean, contacts.difference) == (0, None, None)


async def test_who_did_not_answer_is_counted_by_the_same_question_place_and_time() -> None:
    contexts = [asked(6), asked(9), asked(1.5), asked("many"), asked(True)]
    contexts += [asked(6, channel="chat"), asked(6, days=40), asked(6, text="2")]
    wanted = WantedAnswers(channel="phone", since=NOW - timedelta(days=30))
    (survey,) = (await drivers(Counted(130, contexts), wanted, ScoreSettings(), NOW)).surveys
    (contacts,) = survey.drivers
    assert (contacts.unanswered, contacts.unanswered_mean) == (3, 5.5)
    assert [(one.low, one.unanswered) for one in contacts.bins] == [(1, 0), (2, 1), (5, 0), (6, 2)]
    assert contacts.difference is not None
    assert contacts.difference > 0
