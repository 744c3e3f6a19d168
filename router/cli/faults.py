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
    wrong_use, failures = _expected()
    if not isinstance(error, wrong_use + failures):
        return None
    return str(error).splitlines(), WRONG_USE if isinstance(error, wrong_use) else FAILED


def _expected() -> tuple[Kinds, Kinds]:
    """What is wrong use, and what fails for reasons outside of this program."""
    # Imported here: whoever raised one of these has imported its module before.
    from router.authoring.language.problems import InvalidRules
    from router.authoring.packing import UnreadableContent
    from router.authoring.publishing import ChangeRefused, NoMessage
    from router.flow.clock import ClockSkewed
    from router.kafka import EmbeddedBrokerError
    from router.kafka.in_order import NoSuchTopic, RecordTooLarge
    from router.kafka.producer import BrokerUnavailable
    from router.kafka.topics import TopicsMissing
    from router.model.encoding import UnreadableRow
    from router.pages.wrong_question import WrongQuestion
    from router.registry import RegistryUnavailable
    from router.service.alerts import AlertRefused, NoSuchAlert
    from router.service.customers import NotSetAside, UnknownCustomer
    from router.service.data_directory import DataDirectoryError
    from router.service.dead_letter_topics import NoDeadLetter, NotAPlace
    from router.service.embedded import NoBroker
    from router.service.known_secret import OtherSecret
    from router.service.parts import RulesRefused
    from router.service.responses import ResponseRefused
    from router.service.roles import ServiceFailed
    from router.service.source_replay import ReplayRefused
    from router.settings import SettingsError
    from router.store import SchemaOutdated, StoreUnavailable
    from router.store.revisions import NoSuchRevision
    from router.telemetry.http_port import PortNotServed

    return (
        InvalidRules,
        NoBroker,
        NoMessage,
        NotAPlace,
        OtherSecret,
        ReplayRefused,
        SettingsError,
        WrongQuestion,
    ), (
        AlertRefused,
        BrokerUnavailable,
        ClockSkewed,
        DataDirectoryError,
        EmbeddedBrokerError,
        NoDeadLetter,
        NoSuchAlert,
        NoSuchTopic,
        NotSetAside,
        NoSuchRevision,
        PortNotServed,
        RecordTooLarge,
        RegistryUnavailable,
        ChangeRefused,
        ResponseRefused,
        RulesRefused,
        SchemaOutdated,
        ServiceFailed,
        StoreUnavailable,
        TopicsMissing,
        UnknownCustomer,
        UnreadableContent,
        UnreadableRow,
    )
