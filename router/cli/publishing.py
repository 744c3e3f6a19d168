"""`publish`, `approve`, `rollout`, `shadow`, `rollback`, `revisions`, `differences`: rule sets and their course."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from router.cli import completing
from router.cli.faults import FAILED, Refused
from router.cli.opening import opened_store, rule_texts, settings_of
from router.cli.options import Data, Json, MaxRows
from router.cli.output import print_json, print_lines
from router.cli.tables import print_table
from router.model.spelling import counted

if TYPE_CHECKING:
    from router.authoring.publishing import Authorship, Draft, Publisher
    from router.model.revision import Course, Revision

MessageOption = Annotated[str, typer.Option("--message", "-m", help="Message: why this change is made.")]
Author = Annotated[str | None, typer.Option(help="Author; default: your login name.", metavar="NAME")]
Number = Annotated[int, typer.Argument(help="Revision number.", min=1, autocompletion=completing.revisions)]

Act = Callable[["Publisher", "Authorship"], Awaitable["Course | None"]]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    for command in (publish, approve, rollout, shadow, rollback, revisions, differences):
        app.command()(command)


def publish(
    rules: Annotated[Path, typer.Argument(help="Rules directory.")],
    message: MessageOption,
    author: Author = None,
    propose: Annotated[
        bool, typer.Option("--propose", help="Store it as a proposal that awaits approval.")
    ] = False,
    share: Annotated[
        str | None,
        typer.Option("--rollout", help="Roll out to this share of the customers.", metavar="10%"),
    ] = None,
    as_shadow: Annotated[
        bool, typer.Option("--shadow", help="Run in shadow: decide nothing, record the differences.")
    ] = False,
    data: Data = None,
) -> None:
    """Publish a rule set: check it and put it in force.

    Running workers switch to it within two seconds, between two batches.
    """
    if sum((propose, share is not None, as_shadow)) > 1:
        raise Refused("Choose one of --propose, --rollout and --shadow.")
    part = _share(share) if share is not None else None

    async def act(publisher: "Publisher", by: "Authorship") -> "Course | None":
        texts = {str(Path(name).relative_to(rules)): text for name, text in rule_texts(rules).items()}
        draft = await publisher.draft(texts, by.at)
        print_lines([*draft_lines(draft)])
        number = await publisher.propose(draft, by)
        if propose:
            print_lines(
                [f"Revision {number} is proposed. Somebody else: `feedback-router approve {number}`."]
            )
            return None
        if part is not None:
            return await publisher.rollout(number, part, by)
        return await (publisher.shadow(number, by) if as_shadow else publisher.live(number, by))

    _run(act, message, author, data)


def approve(number: Number, author: Author = None, data: Data = None) -> None:
    """Approve a proposed revision and put it in force."""
    _run(lambda publisher, by: publisher.approve(number, by), f"approved revision {number}", author, data)


def rollout(
    number: Annotated[
        int | None, typer.Argument(help="Revision number.", autocompletion=completing.revisions)
    ] = None,
    share: Annotated[str | None, typer.Argument(help="Share of the customers, such as 10%.")] = None,
    end: Annotated[
        bool, typer.Option("--end", help="End the rollout; the live revision decides for everybody.")
    ] = False,
    message: MessageOption = "rollout",
    author: Author = None,
    data: Data = None,
) -> None:
    """Roll out a revision to a share of the customers.

    A larger share includes the customers of the smaller one; 100% makes the revision live.
    """
    if end is (number is not None) or (number is None) is not (share is None):
        raise Refused("Write `feedback-router rollout NUMBER SHARE`, or `feedback-router rollout --end`.")
    part = _share(share) if share is not None else 0.0

    async def act(publisher: "Publisher", by: "Authorship") -> "Course":
        if number is None:
            return await publisher.end("end_rollout", by)
        return await publisher.rollout(number, part, by)

    _run(act, message, author, data)


def shadow(
    number: Annotated[
        int | None, typer.Argument(help="Revision number.", autocompletion=completing.revisions)
    ] = None,
    end: Annotated[bool, typer.Option("--end", help="End the shadow.")] = False,
    message: MessageOption = "shadow",
    author: Author = None,
    data: Data = None,
) -> None:
    """Run a revision in shadow, beside the live one; it decides nothing."""
    if end is (number is not None):
        raise Refused("Write `feedback-router shadow NUMBER`, or `feedback-router shadow --end`.")

    async def act(publisher: "Publisher", by: "Authorship") -> "Course":
        return await (publisher.end("end_shadow", by) if number is None else publisher.shadow(number, by))

    _run(act, message, author, data)


def rollback(
    number: Number, message: MessageOption = "rollback", author: Author = None, data: Data = None
) -> None:
    """Roll back to an earlier revision, for everybody."""
    _run(lambda publisher, by: publisher.live(number, by, "rollback"), message, author, data)


def revisions(limit: MaxRows = 20, data: Data = None, json: Json = False) -> None:
    """List the revisions, newest first, with their status."""

    async def read() -> tuple[list["Revision"], "Course | None"]:
        async with opened_store(settings_of(data)) as store:
            return await store.revisions.revisions(limit), await store.revisions.course()

    found, course = asyncio.run(read())
    if json:
        print_json({"course": course, "revisions": found})
        return
    columns = ["revision", "in force", "created", "author", "message", "approved by", "sha256"]
    rows = [
        [
            str(entry.number),
            _role(entry.number, course),
            entry.created_at,
            entry.author,
            entry.message,
            entry.approved_by,
            entry.sha256[:12],
        ]
        for entry in found
    ]
    print_table("Revisions", columns, rows)


def differences(number: Number, limit: MaxRows = 50, data: Data = None, json: Json = False) -> None:
    """List where a shadow revision decides differently."""
    from router.model.encoding import decode_decision

    async def read() -> list[tuple[datetime, str, "object", "object"]]:
        async with opened_store(settings_of(data)) as store:
            await store.revisions.revision(number)
            return [
                (
                    entry.at,
                    entry.customer_id,
                    decode_decision(entry.live_verdict),
                    decode_decision(entry.shadow_verdict),
                )
                for entry in await store.revisions.differences(number, limit)
            ]

    found = asyncio.run(read())
    if json:
        names = ("at", "customer_id", "live", "shadow")
        print_json([dict(zip(names, entry, strict=True)) for entry in found])
        return
    rows = [[at, who, _decided(live), _decided(other)] for at, who, live, other in found]
    print_table(f"Decided otherwise by revision {number}", ["at", "customer", "live", "shadow"], rows)


def _decided(decision: object) -> str:
    from router.model.decision import Decision

    if not isinstance(decision, Decision):
        return ""
    asked = " and ".join(
        f"{one.rule} asks {one.survey}, due {one.due_at:%Y-%m-%d %H:%M}" for one in decision.asking
    )
    return asked or f"not asked: {decision.reason}" + (f" ({decision.rule})" if decision.rule else "")


def draft_lines(draft: "Draft") -> Iterator[str]:
    """The set's tests, and its effect on the journal."""
    from router.authoring.comparison import words
    from router.authoring.publishing import EFFECT_OVER

    if draft.tests:
        yield f"The set is valid and {counted(draft.tests, 'test')} of its own pass."
    else:
        yield "The set has no tests of its own; `feedback-router docs rules/tests` tells how to write some."
    if draft.effect is not None:
        yield f"Over the last {EFFECT_OVER.days} days of the journal, against revision {draft.against}:"
        yield from words(draft.effect)
    elif draft.fault is not None:
        yield f"Its effect could not be computed ({draft.fault})."
        yield "That does not keep it from being published. `feedback-router diff A B --journal` tries it again."
    else:
        yield "It is the first that is published here, so there is nothing to compare it with."


def _run(act: Act, message: str, author: str | None, data: Path | None) -> None:
    from router.authoring.publishing import Authorship, Publisher
    from router.model.revision import CourseChanged

    by = Authorship((author or "").strip() or getpass.getuser(), message.strip(), datetime.now(UTC))

    async def run() -> "Course | None":
        settings = settings_of(data)
        async with opened_store(settings) as store:
            since = await store.revisions.course()
            return await act(
                Publisher(store.revisions, store.reading, since, four_eyes=settings.publishing.four_eyes),
                by,
            )

    try:
        course = asyncio.run(run())
    except CourseChanged as changed:
        raise Refused(f"{changed}. Look at `feedback-router revisions`, then try again.", FAILED) from None
    if course is not None:
        print_lines([_in_force(course)])


def _share(text: str) -> float:
    number = text.removesuffix("%")
    try:
        share = float(number) / 100
    except ValueError:
        share = 0.0
    if not text.endswith("%") or not 0 < share <= 1:
        raise Refused(f"{text!r} is no share: write a percentage such as 10%.")
    return share


def _role(number: int, course: "Course | None") -> str:
    if course is None:
        return ""
    roles = {course.live: "live"}
    if course.rollout is not None:
        roles[course.rollout] = f"{course.share:.0%} of the customers"
    if course.shadow is not None:
        roles.setdefault(course.shadow, "shadow")
    return roles.get(number, "")


def _in_force(course: "Course") -> str:
    parts = [f"Revision {course.live} is in force"]
    if course.rollout is not None:
        parts.append(f"revision {course.rollout} decides for {course.share:.0%} of the customers")
    if course.shadow is not None:
        parts.append(f"revision {course.shadow} runs beside it as a shadow")
    return "; ".join(parts) + ". Workers take it up within two seconds."
