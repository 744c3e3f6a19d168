"""What can go wrong as expected, as lines for people and an exit code."""

from typing import Final

WRONG_USE: Final = 2
FAILED: Final = 1

Kinds = tuple[type[BaseException], ...]


class Refused(Exception):
    """A command cannot do what it was asked. The text is one line with the way out."""

    def __init__(self, message: str, code: int = WRONG_USE) -> None:
        super().__init__(message)
        self.code = code


def explained(error: BaseException) -> tuple[list[str], int] | None:
    """The lines to tell an expected fault in and its exit code; None for what is a fault of this program.

    Of several at once all lines are told; the exit code is that of wrong use only where all are.
    """
    if isinstance(error, BaseExceptionGroup):
        parts = [explained(part) for part in error.exceptions]
        told = [part for part in parts if part is not None]
        lines = dict.fromkeys(line for lines, _ in told for line in lines)
        return (list(lines), min(code for _, code in told)) if len(told) == len(parts) else None
    if isinstance(error, Refused):
        return str(error).splitlines(), error.code
    for code, kinds in ((WRONG_USE, _wrong_use()), (FAILED, _failures())):
        if isinstance(error, kinds):
            return str(error).splitlines(), code
    return None


# Imported where it is asked: whoever raised one of these has imported its module before.


def _wrong_use() -> Kinds:
    """What whoever called the command can put right in the call."""
    from router.authoring.language.problems import InvalidRules
    from router.authoring.publishing import NoMessage
    from router.pages.wrong_question import WrongQuestion
    from router.service.dead_letter_topics import NotAPlace
    from router.service.embedded import NoBroker
    from router.service.known_secret import OtherSecret
    from router.service.source_replay import ReplayRefused
    from router.settings import SettingsError

    return (
        InvalidRules, NoBroker, NoMessage, NotAPlace, OtherSecret, ReplayRefused, SettingsError, WrongQuestion,
    )  # fmt: skip


def _failures() -> Kinds:
    """What fails for reasons outside of this program."""
    from router.authoring.packing import UnreadableContent
    from router.authoring.publishing import ChangeRefused
    from router.flow.clock import ClockSkewed
    from router.kafka import EmbeddedBrokerError
    from router.kafka.in_order import NoSuchTopic, RecordTooLarge
    from router.kafka.producer import BrokerUnavailable
    from router.kafka.topics import TopicsMissing
    from router.model.encoding import UnreadableRow
    from router.registry import RegistryUnavailable
    from router.service.alerts import AlertRefused, NoSuchAlert
    from router.service.customers import NotSetAside, UnknownCustomer
    from router.service.data_directory import DataDirectoryError
    from router.service.dead_letter_topics import NoDeadLetter
    from router.service.parts import RulesRefused
    from router.service.responses import ResponseRefused
    from router.service.roles import ServiceFailed
    from router.store import SchemaOutdated, StoreUnavailable
    from router.store.revisions import NoSuchRevision
    from router.telemetry.http_port import PortNotServed

    return (
        AlertRefused, BrokerUnavailable, ChangeRefused, ClockSkewed, DataDirectoryError, EmbeddedBrokerError,
        NoDeadLetter, NoSuchAlert, NoSuchRevision, NoSuchTopic, NotSetAside, PortNotServed, RecordTooLarge,
        RegistryUnavailable, ResponseRefused, RulesRefused, SchemaOutdated, ServiceFailed, StoreUnavailable,
        TopicsMissing, UnknownCustomer, UnreadableContent, UnreadableRow,
    )  # fmt: skip
