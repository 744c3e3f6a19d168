"""Published rule sets: immutable revisions, and the course that says which of them are in force."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

CourseAction = Literal["publish", "rollback", "shadow", "rollout", "end_shadow", "end_rollout"]


class Revision(Struct, frozen=True):
    """An immutable rule set. `content` is its files, packed; what a service loaded from a directory has no author.

    `author` and `message` are the publisher's. `approved_by` is the second person where four eyes are asked for.
    """

    number: int
    sha256: str
    author: str
    message: str
    created_at: datetime
    content: bytes | None = None
    approved_by: str | None = None


class Course(Struct, frozen=True):
    """Which revisions are in force from a moment on. `seq` counts the changes of course, without gaps.

    `live` decides; `rollout` decides for a `share` of the customers instead; `shadow` is evaluated beside and
    recorded only where it differs.
    """

    seq: int
    live: int
    action: CourseAction
    author: str
    message: str
    at: datetime
    rollout: int | None = None
    share: float = 0.0
    shadow: int | None = None


class CourseChanged(Exception):
    """Somebody else changed the course meanwhile; `now` is how it stands."""

    def __init__(self, now: Course) -> None:
        self.now = now
        super().__init__(
            f"{now.author} changed the course meanwhile: {now.action} of revision {now.live}, {now.message}"
        )


class ShadowDifference(Struct, frozen=True):
    """An interaction that the shadow revision would have decided otherwise. Both decisions are encoded."""

    shadow: int
    customer_id: str
    key: UUID
    at: datetime
    live_verdict: bytes
    shadow_verdict: bytes
