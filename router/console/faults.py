"""What can go wrong as expected, with its status: the texts are those of the command line."""

from typing import Final

from router.authoring.language.problems import InvalidRules
from router.authoring.packing import UnreadableContent
from router.authoring.publishing import ChangeRefused
from router.flow.clock import ClockSkewed
from router.kafka.in_order import NoSuchTopic
from router.kafka.producer import BrokerUnavailable
from router.model.drafts import DraftChanged, DraftEnded, NoSuchDraft
from router.model.encoding import UnreadableRow
from router.model.revision import CourseChanged
from router.pages.wrong_question import WrongQuestion
from router.service.alerts import AlertRefused, NoSuchAlert
from router.service.customers import NotSetAside, UnknownCustomer
from router.service.dead_letter_topics import NoDeadLetter, NotAPlace
from router.service.embedded import NoBroker
from router.service.responses import ResponseRefused
from router.store import SchemaOutdated, StoreUnavailable
from router.store.revisions import NoSuchRevision

_STATUSES: Final[tuple[tuple[int, tuple[type[Exception], ...]], ...]] = (
    (400, (WrongQuestion, NotAPlace)),
    (404, (NoSuchAlert, NoSuchDraft, NoSuchRevision, NoDeadLetter, UnknownCustomer, NoSuchTopic)),
    (
        409,
        (ChangeRefused, CourseChanged, DraftChanged, DraftEnded, AlertRefused, ResponseRefused, NotSetAside),
    ),
    (503, (StoreUnavailable, SchemaOutdated, BrokerUnavailable, NoBroker, ClockSkewed)),
    (503, (InvalidRules, UnreadableContent, UnreadableRow)),
)


def status_of(error: Exception) -> int | None:
    """The status of an expected fault; None for what is a fault of this program."""
    return next((status for status, kinds in _STATUSES if isinstance(error, kinds)), None)
