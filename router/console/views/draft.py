"""A draft: its files, checked and tested as one types; a form for the usual changes; its effect; proposed in the end."""

import asyncio
from typing import Any, Final

from msgspec import Struct

from router.authoring.drafts import Texts, Verdict, changed_in_both, differing, is_file, merged
from router.authoring.editing import CannotEdit, edited, usual_changes
from router.authoring.editing.completion import completions
from router.authoring.language.problems import InvalidRules
from router.authoring.publishing import ChangeRefused, Draft, tested
from router.console.page import Action, Done, Page, Shown
from router.console.problems import Conflicting, NotThere, Problem
from router.console.views.effects import begun_effect, decides_now, effect_values, told_effect
from router.console.views.revision import number_in, side, text_changes
from router.console.views.rules import authorship, publisher
from router.console.visit import Visit
from router.console.workbench import EffectRun
from router.model.drafts import DraftChanged, DraftFile, RulesDraft
from router.words.voice import LANGUAGES

_LONGEST_FILE: Final = 500_000
"""Characters of one file; the console takes no longer posts than twice that."""


class Work(Struct, frozen=True):
    """A draft with the files of its revision, those that were changed in it, and what both come to."""

    draft: RulesDraft
    base: Texts
    changed: dict[str, DraftFile]
    texts: dict[str, bytes]

    def version(self, file: str) -> int:
        """How often a file was saved in the draft."""
        return self.changed[file].version if file in self.changed else 0

    def text(self, file: str) -> str:
        """The text of a file, empty where there is none."""
        return self.texts.get(file, b"").decode("utf-8", "replace")


async def work(visit: Visit) -> Work:
    """The draft of the address. Raises `NoSuchDraft`, and what the store raises."""
    drafts, number = visit.console.store.drafts, number_in(visit)
    draft, changed = await asyncio.gather(drafts.draft(number), drafts.files(number))
    base = await files_of(visit, draft.base)
    return Work(draft, base, changed, merged(base, changed))


async def files_of(visit: Visit, number: int) -> Texts:
    """The files of a revision, by their paths below the rules."""
    return (await side(visit, number)).texts


async def show(visit: Visit) -> Shown:
    """The draft with one of its files open."""
    return await _shown(visit, await work(visit))


async def _shown(
    visit: Visit,
    at: Work,
    *,
    file: str | None = None,
    typed: str | None = None,
    against: DraftFile | None = None,
    status: int = 200,
) -> Shown:
    """The page. `typed` is a text that is not saved; `against` what somebody else saved meanwhile."""
    file = file or visit.asked("file") or _first(at)
    if not is_file(file):
        raise NotThere("A draft has no such file.")
    text = at.text(file) if typed is None else typed
    versions = await visit.console.store.drafts.versions(at.draft.number, file)
    if typed is None and (asked := visit.asked("version")) is not None:
        earlier = next((one for one in versions if str(one.version) == asked), None)
        text = (earlier.text or b"").decode() if earlier is not None else text
    texts = at.texts if text == at.text(file) and file in at.texts else {**at.texts, file: text.encode()}
    found = await visit.console.workbench.verdict(texts, visit.now, visit.voice)
    decides = await decides_now(visit)
    # What would be proposed is what is saved: of another text there is no effect to show.
    effect = _effect_of(visit, found, decides) if texts is at.texts else None
    values = {
        "draft": at.draft,
        "file": file,
        "files": sorted({*at.texts, *at.changed, file}),
        "changed": set(differing(at.base, at.texts)),
        "text": text,
        "unsaved": texts is not at.texts,
        "version": at.version(file),
        "versions": versions,
        "line": visit.asked("line") or "",
        "against": against,
        "lost": text_changes({file: (against.text or b"")}, {file: text.encode()})
        if against is not None
        else [],
        "sections": usual_changes(text) if file.endswith(("yaml", "yml")) else (),
        "found": found,
        "labels": _labels(visit),
        "choices": {
            "": visit.t("as it is without"),
            "business_hours": visit.t("business hours"),
            "true": visit.t("yes"),
            "false": visit.t("no"),
        },
        "severities": {"error": visit.t("error"), "warning": visit.t("warning")},
        "decides": decides,
        "stale": decides is not None and decides != at.draft.base,
        "own_changes": text_changes(at.base, at.texts),
        **effect_values(visit, effect, f"/rules/drafts/{at.draft.number}"),
    }
    data = {
        "draft": at.draft,
        "file": file,
        "version": at.version(file),
        "text": text,
        "files": values["files"],
    }
    data |= {"verdict": told(found), "effect": told_effect(visit, effect)}
    return Shown("draft.html", values, data, title=at.draft.name, status=status)


def _effect_of(visit: Visit, found: Verdict, decides: int | None) -> EffectRun | None:
    """The effect of a set, if somebody had it computed."""
    if found.rules is None:
        return None
    return visit.console.workbench.effect((found.rules.sha256, decides, visit.language))


def _first(at: Work) -> str:
    """The file to begin with: one that was changed, else one with rules."""
    routes = [name for name in at.texts if name.startswith(("routes/", "rules/"))]
    return next(iter([*at.changed, *routes, *at.texts]), "routes/new.yaml")


def told(found: Verdict) -> dict[str, Any]:
    """A verdict for programs: what `check --format json` and `test --json` tell."""
    problems = [
        {
            "file": one.position.file,
            "line": one.position.line,
            "column": one.position.column,
            "severity": one.severity,
            "code": one.code,
            "message": one.message,
            "hint": one.hint,
        }
        for one in found.problems
    ]
    return {"ready": found.ready, "problems": problems, "tests": found.tests}


def _labels(visit: Visit) -> dict[str, str]:
    """What the fields of the form are called, by their keys."""
    return {
        "delay": visit.t("How long after the interaction"),
        "within": visit.t("At which hours"),
        "expires": visit.t("Worth nothing after"),
        "max_age": visit.t("Too old after"),
        "sample": visit.t("Share of the customers"),
        "priority": visit.t("Priority"),
        "enabled": visit.t("In use"),
        "channel": visit.t("Channels, best first"),
        "after": visit.t("Reminder after"),
        "max": visit.t("At most"),
        "per": visit.t("In"),
        "from": visit.t("From"),
        "to": visit.t("To"),
        "days": visit.t("Days"),
        "hold_out": visit.t("Customers who are never asked"),
        "subject": visit.t("Subject"),
        "introduction": visit.t("Introduction"),
        "question": visit.t("Question"),
        "low": visit.t("The lowest answer"),
        "high": visit.t("The highest answer"),
        "follow_up": visit.t("Open question"),
    }


def _sent(visit: Visit) -> tuple[str, str]:
    """The file and the text of a form. Raises `Problem`."""
    file, text = visit.form.get("file", ""), visit.form.get("text", "")
    if not is_file(file):
        raise Problem(
            "A file is called such as routes/complaint.yaml: letters, digits, dots and dashes, below at most five directories."
        )
    if len(text) > _LONGEST_FILE:
        raise Problem(
            "The text is longer than {most} characters: files may be split freely.", most=_LONGEST_FILE
        )
    return file, text


async def _keep(visit: Visit, at: Work, file: str, text: bytes | None) -> Done | Shown:
    """Saves a text over the version that its author has seen; the second of two is told, and has both texts."""
    seen = visit.form.get("version", "0")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
    if version > at.version(file):
        # Nobody can have seen a version that does not exist yet.
        raise Conflicting("Somebody changed this file meanwhile: load the page again.")
    await visit.note("save draft", f"{at.draft.number} {file}", before=str(version), after=str(version + 1))
    saved = DraftFile(file, version + 1, text, visit.person.id, visit.console.now())
    try:
        await visit.console.store.drafts.save(at.draft.number, saved)
    except DraftChanged as changed:
        await visit.note_refused(changed, expected=True)
        typed = text.decode() if text is not None else ""
        return await _shown(visit, await work(visit), file=file, typed=typed, against=changed.now, status=409)
    address = visit.filters.address(
        f"/rules/drafts/{at.draft.number}", file=file if text is not None else None
    )
    said = (
        visit.t("{file} is saved.", file=file)
        if text is not None
        else visit.t("{file} is taken out.", file=file)
    )
    return Done(address, said, {"file": file, "version": version + 1})


async def _save(visit: Visit) -> Done | Shown:
    file, text = _sent(visit)
    return await _keep(visit, await work(visit), file, text.encode())


async def _remove(visit: Visit) -> Done | Shown:
    file, _ = _sent(visit)
    at = await work(visit)
    if file not in at.texts:
        raise NotThere("A draft has no such file.")
    return await _keep(visit, at, file, None)


async def _form(visit: Visit) -> Done | Shown:
    """Sets what was given for the fields of one section, in the text as it is saved."""
    file, _ = _sent(visit)
    at, wanted = await work(visit), visit.form.get("section", "")
    section = next((one for one in usual_changes(at.text(file)) if f"{one.kind}/{one.name}" == wanted), None)
    if section is None or str(at.version(file)) != visit.form.get("version"):
        raise Conflicting("Somebody changed this file meanwhile: load the page again.")
    given = {field.name: visit.form[field.key] for field in section.fields if field.key in visit.form}
    try:
        text = await asyncio.to_thread(edited, at.text(file), given)
    except CannotEdit:
        raise Problem("The form cannot change this: change its text.") from None
    return await _keep(visit, at, file, text.encode())


async def _check(visit: Visit) -> Shown:
    file, text = _sent(visit)
    return await _shown(visit, await work(visit), file=file, typed=text)


async def _complete(visit: Visit) -> Shown:
    file, text = _sent(visit)
    rules = visit.rules
    maps = rules.maps.values()
    known = {
        "survey": sorted(rules.surveys),
        "journey": sorted(rules.maps),
        "step": sorted({step for one in maps for step in one.definition.steps}),
        "channel": sorted(rules.channels),
        "rule": sorted(rules.rules),
    }
    places = [visit.form.get(name, "") for name in ("line", "column")]
    if not all(one.isascii() and one.isdigit() and len(one) < 9 for one in places):
        raise Problem("A place is a line and a column.")
    found = completions(text, int(places[0]), int(places[1]), known, file.partition("/")[0])
    return Shown("draft.html", data=found)


async def _tested(at: Work) -> Draft:
    """The set as it is saved. Raises `ChangeRefused` where it has an error or a failing test.

    Rules in force that cannot be read are a fault of the service, to be tried again later; those of a draft are not.
    """
    try:
        return await asyncio.to_thread(tested, at.texts)
    except InvalidRules as error:
        raise ChangeRefused(str(error)) from None


async def _effect(visit: Visit) -> Done:
    at = await work(visit)
    await begun_effect(visit, await _tested(at))
    return Done(f"/rules/drafts/{at.draft.number}#effect")


async def _cancel(visit: Visit) -> Done:
    at = await work(visit)
    found = await visit.console.workbench.verdict(at.texts, visit.now, visit.voice)
    run = _effect_of(visit, found, await decides_now(visit))
    if run is not None:
        run.cancel()
    return Done(f"/rules/drafts/{at.draft.number}#effect")


async def _propose(visit: Visit) -> Done:
    at, by = await work(visit), authorship(visit)
    decides = await decides_now(visit)
    draft = await _tested(at)
    bench, digest = visit.console.workbench, draft.rules.sha256
    runs = [bench.effect((digest, decides, language)) for language in LANGUAGES]
    if decides is not None and decides != at.draft.base:
        raise Conflicting("Revision {number} came into force meanwhile: take it up first.", number=decides)
    if decides is not None and all(run is None or run.draft is None for run in runs):
        raise Conflicting(
            "See first what it would have done: compute the effect of the files as they are saved."
        )
    await visit.note("propose", at.draft.name, why=by.message)
    number = await (await publisher(visit)).propose(draft, by)
    await visit.console.store.drafts.end(at.draft.number, by.at, number)
    said = visit.t("Revision {number} is proposed. Somebody else has to approve it.", number=number)
    return Done(f"/rules/revisions/{number}", said, {"revision": number})


async def _give_up(visit: Visit) -> Done:
    number = number_in(visit)
    await visit.note("give up draft", str(number))
    await visit.console.store.drafts.end(number, visit.console.now())
    return Done("/rules", visit.t("The draft is given up."))


async def _rebase(visit: Visit) -> Done:
    at, decides = await work(visit), await decides_now(visit)
    if decides is None:
        raise Conflicting("Nothing is in force that could be taken up.")
    both = changed_in_both(at.base, at.texts, await files_of(visit, decides))
    await visit.note("take up revision", f"{at.draft.number}", before=str(at.draft.base), after=str(decides))
    await visit.console.store.drafts.rebase(at.draft.number, decides)
    said = visit.t("Revision {number} is taken up.", number=decides)
    if both:
        files = ", ".join(both)
        said += " " + visit.t("Both changed {files}: look at them, your text stands there now.", files=files)
    return Done(f"/rules/drafts/{at.draft.number}", said, {"base": decides, "both": both})


_FILE: Final = {"file": "The file, by its path below the rules"}
_TEXT: Final = {**_FILE, "text": "The text of the file"}
_SEEN: Final = {"version": "How often the file had been saved when it was read"}
_FIELDS: Final = {
    key: f"`{key}` of the section; empty takes it out"
    for key in (
        "delay", "within", "expires", "max_age", "sample", "priority", "enabled", "channel", "after", "max", "per", "from",
        "to", "days", "hold_out", "subject", "introduction", "question", "low", "high", "follow_up",
    )
}  # fmt: skip
_AT: Final = "/rules/drafts/{number}"

PAGE = Page(
    _AT,
    "Draft",
    show,
    role="author",
    under="/rules",
    filtered=False,
    params={"file": "the file that is open", "version": "an earlier text of it", "line": "the line to show"},
    actions=(
        Action(f"{_AT}/save", _save, "author", {**_TEXT, **_SEEN}),
        Action(f"{_AT}/remove", _remove, "author", {**_FILE, **_SEEN}),
        Action(f"{_AT}/form", _form, "author", {**_FILE, **_SEEN, "section": "The section", **_FIELDS}),
        Action(f"{_AT}/check", _check, "author", {**_TEXT, **_SEEN}, quiet=True),
        Action(
            f"{_AT}/complete",
            _complete,
            "author",
            {**_TEXT, "line": "Line from 0", "column": "Column from 0"},
            quiet=True,
        ),
        Action(f"{_AT}/effect", _effect, "author", quiet=True),
        Action(f"{_AT}/cancel", _cancel, "author", quiet=True),
        Action(f"{_AT}/propose", _propose, "author", {"message": "Why this change is made"}),
        Action(f"{_AT}/give-up", _give_up, "author"),
        Action(f"{_AT}/rebase", _rebase, "author"),
    ),
)
