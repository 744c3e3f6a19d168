"""One source: its mapping as it stands in the rules, and a message that is tried on it."""

import asyncio
from typing import Final

from router.authoring.packing import UnreadableContent, unpack
from router.console.page import Action, Page, Shown
from router.console.problems import NotThere, Problem
from router.console.visit import Visit
from router.model.sources import Source
from router.sources.explain import Explained, explain
from router.sources.message import Message, Unmappable
from router.sources.values import read_coded
from router.store.revisions import NoSuchRevision

_FIELDS: Final = {
    "message": "the body of a message, as the vendor sends it",
    "headers": "its headers, a line each: name: value",
    "key": "its key",
}


async def show(visit: Visit) -> Shown:
    """The mapping, and room for a message."""
    source = _source(visit)
    return await _shown(visit, source, None)


async def _try(visit: Visit) -> Shown:
    """What the source makes of a message, field by field. Nothing of it is kept."""
    source = _source(visit)
    headers: dict[str, str] = {}
    for line in filter(str.strip, visit.form.get("headers", "").splitlines()):
        name, colon, value = line.partition(":")
        if not colon:
            raise Problem("A header is written as name: value.")
        headers[name.strip().lower()] = value.strip()
    try:
        body = read_coded(visit.form.get("message", "").encode(), source.decode)
    except Unmappable as fault:
        raise Problem(
            "The source reads {coding}, and the message is none: {fault}.",
            coding=source.decode,
            fault=fault.detail,
        ) from None
    message = Message(body, headers, visit.form.get("key") or None, source.topic, body)
    return await _shown(visit, source, await asyncio.to_thread(explain, source, message))


async def _shown(visit: Visit, source: Source, explained: Explained | None) -> Shown:
    values = {
        "source": source,
        "text": await _text(visit, source),
        "explained": explained,
        "given": visit.form,
        "fields": _FIELDS,
    }
    data = explained or {"source": source.name, "topic": source.topic, "text": values["text"]}
    return Shown("source.html", values, data, title=source.name)


async def _text(visit: Visit, source: Source) -> str | None:
    """The file of the source in the revision in force; None where that was not kept."""
    number = visit.rules.revision
    if not number or source.position is None:
        return None
    try:
        content = (await visit.console.store.revisions.revision(number)).content or b""
        texts, _ = await asyncio.to_thread(unpack, content, number)
    except (NoSuchRevision, UnreadableContent):
        return None
    file = source.position.file
    found = next((text for name, text in texts.items() if file == name or file.endswith(f"/{name}")), None)
    return None if found is None else found.decode("utf-8", "replace")


def _source(visit: Visit) -> Source:
    found = visit.rules.sources.get(visit.path["name"])
    if found is None:
        raise NotThere("The rules in force have no such source.")
    return found


PAGE = Page(
    "/sources/{name}",
    "Source",
    show,
    role="operator",
    under="/sources",
    filtered=False,
    actions=(Action("/sources/{name}", _try, "operator", _FIELDS, quiet=True),),
)
