"""Amounts in other notations than that of the language, and how to write them: `2 uur` is `2h`, `9pm` is `"21:00"`.

A hint is only given where it means what was written.
"""

import re
from typing import Final

from router.authoring.language.amounts import MAX_DURATION, duration
from router.authoring.language.everyday import folded, plainly

_DAY: Final = 86_400
_UNITS: Final = {
    word: seconds
    for words, seconds in (
        ("w wk wks week weeks weken wekelijks wek", 7 * _DAY),
        ("d day days dag dagen dgn etmaal etmalen tag tage jour jours", _DAY),
        ("h hr hrs hour hours u uur uren uurtje stunde stunden heure heures", 3_600),
        ("m min mins minute minutes minuut minuten", 60),
        ("s sec secs second seconds seconde seconden", 1),
        ("workday workdays werkdag werkdagen businessday businessdays workingday workingdays", -_DAY),
        ("month months maand maanden mnd mth mths mo monat monate mois", -30 * _DAY),
        ("quarter quarters kwartaal kwartalen", -90 * _DAY),
        ("year years yr yrs jaar jaren y j jr", -365 * _DAY),
    )
    for word in words.split()
}
"""Seconds of a unit. A unit that is not always as long is negative: what is written for it is a choice."""

_LETTERS: Final = {7 * _DAY: "w", _DAY: "d", 3_600: "h", 60: "m", 1: "s"}
_NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "een": 1, "één": 1, "two": 2, "twee": 2, "three": 3, "drie": 3, "four": 4, "vier": 4,
    "five": 5, "vijf": 5, "six": 6, "zes": 6, "seven": 7, "zeven": 7, "eight": 8, "acht": 8, "nine": 9, "negen": 9,
    "ten": 10, "tien": 10, "elf": 11, "eleven": 11, "twaalf": 12, "twelve": 12, "half": 0.5, "halve": 0.5,
    "anderhalf": 1.5, "anderhalve": 1.5, "once": 1, "twice": 2, "eenmaal": 1, "eens": 1, "tweemaal": 2,
    "twintig": 20, "twenty": 20, "dertig": 30, "thirty": 30, "veertien": 14, "veertig": 40, "forty": 40, "vijftig": 50, "fifty": 50, "honderd": 100, "hundred": 100, "fourteen": 14,
}  # fmt: skip
_NEVER: Final = frozenset(
    [
        "never",
        "nooit",
        "none",
        "geen",
        "always",
        "altijd",
        "no",
        "nee",
        "off",
        "uit",
        "nothing",
        "niets",
        "immediately",
        "direct",
        "meteen",
        "now",
        "nu",
        "unlimited",
        "onbeperkt",
        "instantly",
        "oneindig",
        "null",
        "nil",
        "all",
        "alle",
        "iedereen",
        "everyone",
        "everybody",
        "allemaal",
        "asap",
    ]
)
_AMOUNT: Final = re.compile(
    r"([0-9]+(?:[.,][0-9]+)?|[a-zé]+)?\s*-?\s*(?:(?:an?|een)\s+)?([a-zé]+)", re.IGNORECASE
)
_ISO: Final = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.IGNORECASE
)
_CLOCKED: Final = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::[0-5][0-9])?")
_SHARE: Final = re.compile(
    r"%?\s*([0-9]{1,3}(?:[.,][0-9]{1,6})?)\s*(%|procent|percent|pct|proc\.?)?", re.IGNORECASE
)
_PART: Final = re.compile(
    r"([0-9]{1,6}|[a-zé]+)\s*(?:/|in|out\s+of|of|op(?:\s+de)?|van(?:\s+de)?)\s*(?:every\s+)?([0-9]{1,6}|[a-zé]+)",
    re.IGNORECASE,
)
_HOUR: Final = re.compile(
    r"([0-9]{1,2})(?:\s*[:.hu]\s*([0-5][0-9]))?(?::[0-5][0-9])?\s*(?:uur|u|h|hrs?|hours?|o'?clock)?\s*"
    r"(am|pm|a\.m\.|p\.m\.|'s avonds|'s ochtends|'s morgens|'s middags|'s nachts)?",
    re.IGNORECASE,
)
_NAMED_HOURS: Final = {"noon": "12:00", "midday": "12:00", "midnight": "00:00", "middernacht": "00:00"}


def duration_hint(value: object) -> str:
    """How the author may have meant a value that is no duration."""
    general = f"a whole number with w, d, h, m or s, such as 2h or 5d; at most {MAX_DURATION.days}d"
    if isinstance(value, str):
        text = plainly(value)
        of_all = _no_duration(text) or _short(text) or _iso(text) or _in_words(text) or _clock_like(text)
        return of_all or _inside(text) or general
    if not value:
        return "leave the line out where nothing is meant"
    if isinstance(value, int | float) and value > 0 and value is not True:
        if int(value) == value:
            return f"say the unit: write {int(value)}h, or {int(value)}d"
        return f"say the unit: write {_written(value * 3_600)} for hours"
    return general


def _no_duration(text: str) -> str | None:
    """Of `never`, and of what lies in the past."""
    if folded(text) in _NEVER:
        return "leave the line out: then there is none"
    ahead = text.lstrip("- ")
    return f"a duration counts forward: write {ahead}" if text.startswith("-") and duration(ahead) else None


def _short(text: str) -> str | None:
    """Of `2H` and `1d 12h`. `3M` may be months or minutes."""
    if re.fullmatch(r"[0-9]{1,3}M", text):
        count = int(text[:-1])
        return f"write {30 * count}d for {_counted(count, 'month')}, {count}m for {_counted(count, 'minute')}"
    clean = text.lower().replace(" ", "")
    length = duration(clean)
    return None if length is None else f"write {clean}" if length else "write a number above 0"


def _iso(text: str) -> str | None:
    match = _ISO.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = (365 * years + 30 * months + 7 * weeks + days) * _DAY + hours * 3_600 + minutes * 60 + seconds
    return f"write {_written(total)}"


def _in_words(text: str) -> str | None:
    """Of `1 day 12 hours`, `anderhalf uur`, `een week`: the sum of its parts."""
    text = re.sub(r"\b(?:an?|een)\s+(?=half|halve)", "", text.lower())
    parts = re.split(r"\s*(?:\band\b|\ben\b|,\s+|\+)\s*|(?<=[a-z])\s+(?=[0-9])|(?<=[a-z])(?=[0-9])", text)
    total, about, written = 0.0, False, ""
    for part in map(str.strip, parts):
        match = _AMOUNT.fullmatch(f"1 {part}" if part in _UNITS else part)
        unit = _UNITS.get(match[2].lower()) if match else None
        if match is None or unit is None:
            return None
        counted = match[1].lower() if match[1] else "1"
        count = _NUMBERS.get(counted)
        if count is None:
            if not counted[0].isdigit():
                return None
            count = float(counted.replace(",", "."))
        total += count * abs(unit)
        about = about or unit < 0
        if unit in _LETTERS and count == int(count):
            written += f"{int(count)}{_LETTERS[unit]}"
        else:
            written = "?"
    if total <= 0 or total != int(total):
        return None
    if "?" in written or duration(written) is None:
        written = _written(int(total))
    return (
        f"write {written}: months, years and working days have no fixed length"
        if about
        else f"write {written}"
    )


def _inside(text: str) -> str | None:
    """Of `rolling 90d`, `+24h`, `24 h.`: the one duration in it."""
    found = re.findall(r"(?<![\w.,])([0-9]{1,5})\s*([wdhms])(?!\w)", text)
    return f"write {found[0][0]}{found[0][1]}" if len(found) == 1 else None


def _clock_like(text: str) -> str | None:
    match = _CLOCKED.fullmatch(text)
    return f"write {_written(int(match[1]) * 3_600 + int(match[2]) * 60)}" if match else None


def _written(seconds: float) -> str:
    """Seconds as the language writes them, in few and whole units."""
    left, text = int(seconds), ""
    if left % _DAY == 0 and left:
        return f"{left // _DAY}d"
    if left % 3_600 == 0 and left < 3 * _DAY:
        return f"{left // 3_600}h"
    for unit, length in (("d", _DAY), ("h", 3_600), ("m", 60), ("s", 1)):
        count, left = divmod(left, length)
        text += f"{count}{unit}" if count else ""
    return text or "0h"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def months(value: object) -> str | None:
    """The calendar period that a value for a window in months or years stands for, as a hint."""
    text = folded(value) if isinstance(value, str) else ""
    if re.fullmatch(r"(?:1|een|one|a)?(?:maand|month|mnd)", text):
        return "write calendar_month, or 30d for a rolling month"
    if re.fullmatch(r"(?:1|een|one|a)?(?:jaar|year)", text):
        return "write calendar_year, or 365d for a rolling year"
    return None


def share_hint(value: object) -> str:
    """How the author may have meant a value that is no percentage."""
    text = "" if isinstance(value, bool) or value is None else plainly(str(value))
    if folded(text) in _NEVER:
        return "leave the line out, or write a percentage"
    percent = _percent(text)
    if percent is None:
        return "a number from 0 to 100 with a percent sign, such as 50%"
    if percent > 100:
        return "at most 100%"
    bare = not re.search(r"[^0-9.,]", text)
    if bare and 0 < percent < 1:
        return f"write {percent * 100:g}%; or {percent:g}%, where that is meant"
    return f"write {percent:g}%"


def _percent(text: str) -> float | None:
    """The percentage that is meant by `2,5%`, `%50`, `half`, `1 in 10`."""
    if folded(text) in ("half", "dehelft", "helft"):
        return 50
    first, _, rest = text.partition(" ")
    spoken = _number(first) if rest else None
    text = f"{spoken:g} {rest}" if spoken and rest in ("percent", "procent", "%") else text
    match, part = _SHARE.fullmatch(text), _PART.fullmatch(text)
    if part and (few := _number(part[1])) and (many := _number(part[2])) and few <= many:
        return round(100 * few / many, 2)
    return float(match[1].replace(",", ".")) if match else None


def _number(text: str) -> float | None:
    return float(text) if text.isdecimal() else _NUMBERS.get(text.lower())


def clock_hint(value: object) -> str:
    """How the author may have meant a value that is no time of day."""
    text = plainly(value).lower() if isinstance(value, str) else str(value)
    if text in _NAMED_HOURS:
        return f'write "{_NAMED_HOURS[text]}"'
    if re.fullmatch(r"[0-9]{3,4}", text):
        text = f"{text[:-2]}:{text[-2:]}"
    spoken = _HOUR.fullmatch(text) if not isinstance(value, bool | float) else None
    if spoken is None and isinstance(value, float):
        spoken = _HOUR.fullmatch(f"{value:.2f}".replace(".", ":"))
    if spoken:
        hour, half = int(spoken[1]), (spoken[3] or "").replace(".", "")
        if half in ("pm", "'s avonds", "'s middags") and hour < 12:
            hour += 12
        elif half == "am" and hour == 12:
            hour = 0
        if hour < 24 or (hour == 24 and (spoken[2] or "00") == "00"):
            return f'write "{hour:02}:{spoken[2] or "00"}"'
    return 'two digits, a colon, two digits, in quotes, such as "21:00"'


def clocks(value: object) -> tuple[str, str] | None:
    """The two times of day of a text such as `21:00-08:00` or `9 tot 17 uur`."""
    if not isinstance(value, str):
        return None
    ends = re.split(
        r"\s*(?:-|\bto\b|\btot\b|\bt/m\b|\btill\b|\buntil\b|\ben\b|\band\b)\s*", plainly(value).lower()
    )
    bare = re.findall(r"[0-9]{1,2}[:.][0-9]{2}", plainly(value))
    ends = bare if len(bare) == 2 else ends
    hints = [clock_hint(end.removeprefix("van ").removeprefix("from ").strip()) for end in ends]
    if len(hints) == 2 and all(hint.startswith("write") for hint in hints):
        return hints[0].removeprefix("write "), hints[1].removeprefix("write ")
    return None


def number_hint(value: object, least: int) -> str:
    """How the author may have meant a value that is no whole number."""
    text = plainly(value).rstrip(";,. ") if isinstance(value, str) else str(value)
    if folded(text) in _NEVER:
        return "leave the whole entry out where nothing is limited"
    counted = re.fullmatch(r"(\w+?)\s*(?:x|keer|times)?", text.lower())
    count = _number(counted[1]) if counted else None
    if count is not None and count == int(count) and count >= least:
        return f"write {int(count)}" + (", without quotes" if str(value).isdigit() else "")
    if re.fullmatch(r"[1-9][0-9]*[.,][0-9]{3}", text):
        return f"write {re.sub('[.,]', '', text)}"
    if re.fullmatch(r"[0-9]+[.,][0-9]+", text):
        low = max(int(re.split("[.,]", text)[0]), least)
        return f"whole numbers only: write {low}, or {low + 1}"
    return f"{least} or more" if re.fullmatch(r"-?[0-9]+", text) else "digits only, such as 1"
