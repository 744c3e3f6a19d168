"""Locales: their spelling, and the ones that the policy promises."""

import re
from typing import Final

from router.authoring.language.definitions import Definitions
from router.authoring.language.everyday import language as language_named
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems

LANGUAGES: Final = frozenset(
    """aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee
    el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it
    iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my
    na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn
    so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh
    zu""".split()  # noqa: SIM905 - 180 words are read more easily without quotes
)
"""The two-letter languages of ISO 639-1."""

_COUNTRIES: Final = {
    "at": "de", "au": "en", "cn": "zh", "cz": "cs", "dk": "da", "gb": "en", "gr": "el", "jp": "ja", "ua": "uk",
    "us": "en", "vn": "vi",
}  # fmt: skip
_TAG: Final = re.compile(r"([a-z]{2,3})(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\Z")


def check_locales(definitions: Definitions, problems: Problems) -> None:
    """R055: locales that are none, and a fallback that no survey has a text in."""
    for survey in definitions.surveys.values():
        node = survey.node.find("texts")
        for key, _ in node.value.values() if node and isinstance(node.value, dict) else ():
            check_locale(key, problems)
    for word in ("otherwise", "promised"):
        for item in definitions.policy.values("locale", word):
            check_locale(item, problems)
    surveys = [placed.definition for placed in definitions.surveys.values() if placed.definition]
    known = sorted({name for survey in surveys for name in survey.texts})
    for item in definitions.policy.values("locale", "otherwise"):
        if isinstance(item.value, str) and surveys and item.value not in known:
            message = f"no survey has a text in {item.value[:40]!r}"
            problems.add("R055", item.position, message, f"there are texts in {', '.join(known)}")


def check_locale(node: Node, problems: Problems) -> None:
    """R055 for one locale."""
    if isinstance(node.value, list | dict) or node.value is None:
        return
    text = str(node.value)
    match = _TAG.match(text)
    if match and (len(match[1]) == 3 or match[1] in LANGUAGES):
        return
    mended = _mended(text)
    hint = f"did you mean {mended!r}?" if mended else "such as nl or nl-BE"
    problems.add("R055", node.position, f"unknown locale {text[:40]!r}", hint)


def check_promised(definitions: Definitions, problems: Problems) -> None:
    """R054: a survey without a text in a promised locale or its language."""
    for item in definitions.policy.values("locale", "promised"):
        if problems.is_wrong(item.position):
            continue
        for name, placed in definitions.surveys.items():
            survey = placed.definition
            texts = placed.node.find("texts")
            keys = [key for key, _ in texts.value.values()] if texts and isinstance(texts.value, dict) else []
            # A locale that is none may be the one that is promised.
            unsure = any(problems.is_wrong(key.position) for key in keys)
            lacks = (
                survey is not None and isinstance(item.value, str) and not survey.locale_for(item.value, None)
            )
            if lacks and not unsure:
                message = f"survey {name!r} has no text in {item.value!r}, which the policy promises"
                problems.add("R054", placed.place("texts"), message, f"promised at {item.position}")


def _mended(text: str) -> str | None:
    """The locale that a common mistake stands for."""
    named = language_named(text)
    if named:
        return named
    language, _, region = text.replace("_", "-").partition("-")
    language = _COUNTRIES.get(language.lower(), language.lower())
    tag = f"{language}-{region.upper()}" if region else language
    return tag if language in LANGUAGES and _TAG.match(tag) and tag != text else None
