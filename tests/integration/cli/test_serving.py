from router.cli.serving import Status
from router.flow.pipeline import Processed
from router.flow.relay import Passed
from router.model.record import DeadLetter, Record

UNREADABLE = DeadLetter(Record("topic", 0, 0, 0, None, b"?"), "not_json", "The value is not JSON.")


def test_nothing_is_told_where_nothing_happened() -> None:
    assert not Status().changed()


def test_everything_since_the_start_is_counted_and_told_once() -> None:
    status = Status()

    status.processed(Processed([], [], [], [UNREADABLE], 0, 2))
    status.processed(Processed([], [], [], [], 0, 1))
    status.passed(Passed(0))

    assert status.changed()
    assert status.line() == (
        "Since the start: 0 interactions decided, 0 invitations planned, 0 sent, 3 repeats, 1 dead letter."
    )
    assert not status.changed()
