"""Changes of a rule set in the reader's language.

They are made in English, where two rule sets are held against each other; here they are put into Dutch. The keys, names
and values of the rules stay as they stand in the files, and so does all that is quoted.
"""

import re
from typing import Final

from router.words.voice import Language

_WHAT: Final[dict[Language, dict[str, str]]] = {
    "en": {
        word: word
        for word in (
            "rule", "survey", "journey", "alert", "score shift", "schedule", "source", "policy", "tests", "added", "removed",
            "changed",
        )
    },
    "nl": {
        "rule": "regel",
        "survey": "enquête",
        "journey": "klantreis",
        "alert": "alert",
        "score shift": "verschuiving van een score",
        "schedule": "schema",
        "source": "bron",
        "policy": "beleid",
        "tests": "tests",
        "added": "toegevoegd",
        "removed": "verwijderd",
        "changed": "gewijzigd",
    },
}  # fmt: skip

_QUOTED: Final = re.compile(r"(“[^”]*”|'[^']*')")
_DUTCH: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"^switched on$", "ingeschakeld"),
        (r"^switched off$", "uitgeschakeld"),
        (r"^(\d+) added$", r"\1 toegevoegd"),
        (r"^(\d+) removed$", r"\1 verwijderd"),
        (r"^(\d+) changed$", r"\1 gewijzigd"),
        (
            r"^salt changed: .*$",
            "salt veranderd: wie in de steekproef, de hold-out of de uitrol valt, wordt opnieuw geloot",
        ),
        # A whole rule.
        (r"^asks (\S+) by no channel", r"vraagt \1 via geen kanaal"),
        (r"^asks (\S+) by ", r"vraagt \1 via "),
        (r" when (\S+) comes to any step$", r" als \1 bij een stap komt"),
        (r" when (\S+) comes to (.+)$", r" als \1 komt bij \2"),
        (r"^if anything is answered$", "bij elk antwoord"),
        (r"^if ", "als "),
        (r"^unless ", "behalve als "),
        (r"^priority (?=-?\d)", "prioriteit "),
        (r"^sample (?=[\d.]+%$)", "steekproef "),
        (r"^reminder ", "herinnering "),
        (r"^cancelled by ", "geannuleerd door "),
        (r"^alerts ", "waarschuwt "),
        (r"^watches all surveys$", "let op alle enquêtes"),
        (r"^watches ", "let op "),
        (r"^texts in ", "teksten in "),
        (r"^steps ", "stappen "),
        (r"^signals ", "signalen "),
        (r"\bquiet on holidays of\b", "stil op feestdagen van"),
        (r"\bwithout holidays of\b", "niet op feestdagen van"),
        # Schedules and sources.
        (r"^makes (\S+) in place of ", r"geeft \1 in plaats van "),
        (r"^makes nothing$", "geeft niets"),
        (r"^makes ", "geeft "),
        (r"^reads ", "leest "),
        (r"^caught up for ", "wordt ingehaald tot "),
        (r"\bin place of\b", "in plaats van"),
        (
            r"\bonce a (\w+), on a day of each customer's own",
            r"één keer per \1, op een eigen dag van elke klant",
        ),
        (r"\b(\d+) days before ", r"\1 dagen vóór "),
        (r"\b(\d+) days after ", r"\1 dagen na "),
        (r"\beach (half year|year|quarter|month|week) from ", r"elke \1 vanaf "),
        (r"\bhalf year\b", "half jaar"),
        (r"\belke (half jaar|year)\b", r"elk \1"),
        (r"\b(per|elk) year\b", r"\1 jaar"),
        (r"\b(per|elke) quarter\b", r"\1 kwartaal"),
        (r"\b(per|elke) month\b", r"\1 maand"),
        (r"\belke kwartaal\b", "elk kwartaal"),
        (r"^on (?=\S+ of |customer\.)", "op "),
        (r"(?<=\S) of (?=\S+$)", " van "),
        (r"\bat (?=\d\d:\d\d)", "om "),
        (r"\bfrom (?=\d\d:\d\d)", "van "),
        (r"(?<=\d\d:\d\d) to (?=\d\d:\d\d)", " tot "),
        (r"^no longer: ", "niet meer: "),
        (r"^now: ", "nu: "),
        # The policy.
        (r"^never ask while ", "nooit vragen zolang "),
        (r"^asks again while ", "vraagt weer zolang "),
        (r"^target removed: ", "doel verwijderd: "),
        (r"^target added: ", "doel toegevoegd: "),
        (r"\bat least (?=\S)", "minstens "),
        (r"\bat most (?=\S)", "hoogstens "),
        (r"\bper calendar (day|week|month|year)\b", r"per calendar_\1"),
        (r"\bthe customer's (\S+), else ", r"customer.\1, anders "),
        (r"\bthe customer's (?=\S)", "customer."),
        (r"\bevery (?=\d\d-\d\d)", "elk jaar "),
        (r" closed(?=,|$| )", " dicht"),
        (r" quiet(?=,|$| →)", " stil"),
        (r"\buntil (?=\d\d:\d\d)", "tot "),
        # Surveys.
        (r"(?<=\d) to (?=\d)", " tot "),
        (r"\bhigher is better\b", "hoger is beter"),
        (r"\blower is better\b", "lager is beter"),
        # What is so of a field.
        (r"\bis present\b", "is er"),
        (r"\bis absent\b", "is er niet"),
        (r"\bis longer ago than\b", "is langer geleden dan"),
        (r"\bis within the last\b", "valt binnen de laatste"),
        (r"\bis over\b", "is meer dan"),
        (r"\bis under\b", "is minder dan"),
        (r"\bis between (\S+) and\b", r"ligt tussen \1 en"),
        (r"\bis one of\b", "is een van"),
        (r"\bis none of\b", "is geen van"),
        (r"\bmust be\b", "moet zijn:"),
        (r"(?<=[\w.]) not be\b", " is niet"),
        (r"(?<=[\w.]) start with\b", " begint met"),
        (r"(?<=[\w.]) end with\b", " eindigt op"),
        (r"(?<=[\w.]) contain\b", " bevat"),
        (r"(?<=[\w.]) match\b", " past op"),
        # Any change.
        (r"^((?:[\w-]+ )?\S+: )?condition ", r"\1voorwaarde "),
        (r"^new condition ", "nieuwe voorwaarde "),
        (r"^new exception ", "nieuwe uitzondering "),
        (r"^exception ", "uitzondering "),
        (r", alternative\b", ", alternatief"),
        (r"(^|: )new ", r"\1nieuw: "),
        (r" dropped(?= \(|$)", " vervalt"),
        (r" and (?=[\w.]+ (?:is|ligt|valt|begint|eindigt|bevat|past)\b)", " en "),
        (r" or (?=[\w.]+ (?:is|ligt|valt|begint|eindigt|bevat|past)\b)", " of "),
        (r" or (?=\S+(?: als |$| or ))", " of "),
        (r", by (?=\S)", ", via "),
    )
)


def change_line(line: str, language: Language) -> str:
    """A line of a change, as `router.authoring.comparison` tells it, in the language."""
    if language == "en":
        return line
    # What is quoted is put aside, so that the line is read as a whole and nobody's own text is touched.
    quoted = _QUOTED.findall(line)
    rest = _QUOTED.sub("\0", line)
    for pattern, words in _DUTCH:
        rest = pattern.sub(words, rest)
    for text in quoted:
        rest = rest.replace("\0", text, 1)
    return rest


def change_title(what: str, name: str, became: str, language: Language) -> str:
    """What was changed and how it fared: `rule nps-after-delivery added`, `policy`."""
    kind = _WHAT[language][what]
    named = f"{kind} {name}" if name else kind
    return named if became == "changed" else f"{named} {_WHAT[language][became]}"
