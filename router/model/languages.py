"""Language tags as BCP 47 reads them, whatever their spelling, and which of some texts fits one."""

from functools import lru_cache

from langcodes import Language
from langcodes.tag_parser import LanguageTagError

_NO_LANGUAGE = frozenset({"und", "mul", "zxx"})
_LETTERS_OF_A_FORM = 3
_SCRIPTS_BY_MODIFIER = {"latin": "Latn", "cyrillic": "Cyrl", "arabic": "Arab", "devanagari": "Deva"}


@lru_cache(4096)
def language_tag(text: str) -> str | None:
    """The tag in the spelling of BCP 47, language, script and region; None where the text names no language.

    Capitals, `_` for `-` and the codes of three letters (`nld`) make no difference. What systems write around a tag
    is read over: `nl_NL.UTF-8`, `sr_RS@latin`, the preferred one of `nl-BE,nl;q=0.9,en;q=0.8`. A region or script
    that does not exist is left out. What is by far the most written form of a language stands for it: `cmn` for `zh`.
    """
    written, _, modifier = _preferred(text).partition("@")
    try:
        tag = Language.get(written.partition(".")[0].strip().replace("_", "-"))
    except (LanguageTagError, ValueError):
        return None
    language = tag.language or "und"
    if len(language) == _LETTERS_OF_A_FORM:
        language = Language.make(language=language).prefer_macrolanguage().language or "und"
    if (
        language in _NO_LANGUAGE
        or language.startswith("x-")
        or not Language.make(language=language).is_valid()
    ):
        return None
    script, region = tag.script or _SCRIPTS_BY_MODIFIER.get(modifier.lower()), tag.territory
    if script and not Language.make(script=script).is_valid():
        script = None
    if region and not Language.make(territory=region).is_valid():
        region = None
    return Language.make(language=language, script=script, territory=region).to_tag()


def _preferred(text: str) -> str:
    """Of a list of languages with their weights, as browsers send it, the first of the highest weight."""
    if "," not in text and ";" not in text:
        return text
    best, most = "", 0.0
    for part in text.split(","):
        name, _, weight = part.partition(";")
        number = weight.strip().removeprefix("q=")
        try:
            value = float(number) if number else 1.0
        except ValueError:
            value = 0.0
        if name.strip() and value > most:
            best, most = name, value
    return best


@lru_cache(4096)
def best_text(wanted: str, known: tuple[str, ...]) -> str | None:
    """Which of the known locales has the text for a wanted one; None where none is in its language.

    The locale itself, then without its region, then without its script. A tag without script or region stands for the
    likely one too: `nl` and `nl-NL` are one, `zh-TW` is `zh-Hant`, and `pt` finds `pt-BR`.
    """
    tag = language_tag(wanted)
    if tag is None:
        return None
    exact = {language_tag(name) or name: name for name in reversed(known)}
    likely = {_likely(name): name for name in reversed(known)}
    language = Language.get(tag)
    script, bare = language.maximize().script, Language.make(language=language.language)
    lookups = [tag, bare.to_tag()]
    # A text in another script than the language's usual one cannot stand for one in the usual, nor the reverse.
    if script and script != bare.maximize().script:
        lookups.insert(1, Language.make(language=language.language, script=script).to_tag())
    for lookup in lookups:
        locale = exact.get(lookup) or likely.get(_likely(lookup))
        if locale is not None:
            return locale
    return None


def _likely(tag: str) -> str:
    """The tag with the script and region that it most likely means. Norwegian is written as `no` and as `nb`."""
    try:
        likely = Language.get(tag).maximize().to_tag()
    except (LanguageTagError, ValueError):
        return tag
    return f"no{likely.removeprefix('nb')}" if likely.startswith("nb-") else likely
