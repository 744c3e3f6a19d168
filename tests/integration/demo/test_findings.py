from router.demo.findings import problems
from router.demo.story import Story
from router.demo.tally import DemoTally
from router.model.record import Message
from tests.integration.demo.happenings import batch, dead, decided

SENT = {("rule", "nps", "nps", "sent"): 2, ("rule", "nps", "nps", "planned"): 5}
TALE = Story(
    [Message("topic", None, b"")] * 3, frozenset({("/demo/crm", "crm-1"), ("/demo/crm", "crm-2")}), 1
)


def heard(*numbers: int, unreadable: int = 1) -> DemoTally:
    tally = DemoTally()
    tally.processed(batch(*(decided(number=number) for number in numbers), dead=(dead(),) * unreadable))
    return tally


def test_nothing_is_wrong_when_all_adds_up() -> None:
    assert list(problems(TALE, heard(1, 2), 2, SENT, on_topic=2)) == []


def test_an_interaction_without_a_decision_is_named() -> None:
    (problem,) = problems(TALE, heard(1), 2, SENT, on_topic=2)

    assert problem == "1 interactions were not decided, such as /demo/crm crm-2"


def test_the_journal_must_hold_every_decision_once() -> None:
    (problem,) = problems(TALE, heard(1, 2), 1, SENT, on_topic=2)

    assert "the journal holds 1 decisions for 2 interactions" in problem


def test_every_unreadable_record_must_be_a_dead_letter() -> None:
    (problem,) = problems(TALE, heard(1, 2, unreadable=0), 2, SENT, on_topic=2)

    assert problem == "0 dead letters where 1 were expected"


def test_what_was_sent_must_be_on_the_topic() -> None:
    (problem,) = problems(TALE, heard(1, 2), 2, SENT, on_topic=1)

    assert problem == "2 invitations were sent, and 1 are on the topic"
