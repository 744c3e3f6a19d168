import msgspec

from router.demo.company import hostile
from router.demo.story import story

TOPIC = "cx.interactions.v1"


def test_records_are_keyed_by_customer_and_kept_in_order_of_arrival() -> None:
    tale = story(TOPIC, seed=7, customers=40)

    events = [(message, msgspec.json.decode(message.value or b"")) for message in readable(tale)]
    assert {message.topic for message in tale.messages} == {TOPIC}
    assert all(
        message.key == (event["subject"].encode() if "subject" in event else None)
        for message, event in events
    )
    assert {(event["source"], event["id"]) for _, event in events} == tale.interactions
    assert len(events) == len(tale.interactions) + tale.repeated


def test_the_unreadable_records_are_spread_over_the_month() -> None:
    tale = story(TOPIC, seed=7, customers=40)

    broken = [place for place, message in enumerate(tale.messages) if message.value in hostile()]
    assert len(broken) == tale.unreadable == len(hostile())
    assert broken[0] > 0
    assert broken[-1] < len(tale.messages) - 1


def readable(tale):
    return [message for message in tale.messages if message.value not in hostile()]
