"""What each gate said about a candidate, in a sentence with the actual value and the limit; in English and Dutch."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple

from router.model.decision import Gate, RuleTrace, Verdict
from router.model.languages import best_text
from router.words.fragments import condition_words, fragment
from router.words.reasons import meaning
from router.words.voice import PLAIN, Language, Voice


class _Told(NamedTuple):
    """A gate's sentences, with places for `{actual}` and `{limit}`; `unlimited` is said where no limit is set."""

    passed: str
    refused: str
    unlimited: str | None = None


def _always(sentence: str, unlimited: str | None = None) -> _Told:
    return _Told(sentence, sentence, unlimited)


_LIMIT_EN: Final = _always("The limit is {limit}; {actual} counted.", "No such limit applies.")
_LIMIT_NL: Final = _always("De limiet is {limit}; geteld: {actual}.", "Er geldt geen zulke limiet.")

_SENTENCES: Final[dict[Language, dict[Gate, _Told]]] = {
    "en": {
        "duplicate": _Told("It had not been decided yet.", "It was already decided."),
        "customer": _Told("It names a customer.", "It names no customer."),
        "age": _always(
            "It was {actual} old when it was decided; the rule takes up to {limit}.",
            "It was {actual} old when it was decided; the rule sets no limit.",
        ),
        "rule": _Told("At least one rule matches.", "No rule matches."),
        "active": _Told("The rule is switched on.", "The rule is {actual}."),
        "suppression": _Told("The customer is not on the do-not-contact list.", "Do not contact: {actual}."),
        "channel": _always("Channel: {actual}. Needed: {limit}."),
        "hold_out": _always(
            "Customers whose number is under {limit} are never asked; this one has {actual}.",
            "No customers are held out.",
        ),
        "sample": _always(
            "Customers whose number is under {limit} are asked; this one has {actual}.",
            "The rule asks every customer, not a sample.",
        ),
        "own_survey_limit": _LIMIT_EN,
        "shared_limit": _LIMIT_EN,
        "attribute_limit": _LIMIT_EN,
        # The trace is computed again from the journal, which keeps a quota's count only where it refused.
        "quota": _Told(
            "The quota is {limit}; how much of it was used at that time is not kept.",
            "The quota is {limit}; {actual} counted.",
            "No quota applies.",
        ),
    },
    "nl": {
        "duplicate": _Told("Er was nog niet over besloten.", "Er was al over besloten."),
        "customer": _Told("Zij noemt een klant.", "Zij noemt geen klant."),
        "age": _always(
            "Bij het besluit was zij {actual} oud; de regel neemt hoogstens {limit}.",
            "Bij het besluit was zij {actual} oud; de regel stelt geen grens.",
        ),
        "rule": _Told("Minstens een regel past.", "Geen regel past."),
        "active": _Told("De regel is ingeschakeld.", "De regel is {actual}."),
        "suppression": _Told(
            "De klant staat niet op de lijst van wie niet benaderd mag worden.", "Niet benaderen: {actual}."
        ),
        "channel": _always("Kanaal: {actual}. Nodig: {limit}."),
        "hold_out": _always(
            "Klanten met een getal onder {limit} krijgen nooit een vraag; dat van deze is {actual}.",
            "Er zijn geen klanten die nooit een vraag krijgen.",
        ),
        "sample": _always(
            "Klanten met een getal onder {limit} krijgen een vraag; dat van deze is {actual}.",
            "De regel vraagt elke klant, niet een steekproef.",
        ),
        "own_survey_limit": _LIMIT_NL,
        "shared_limit": _LIMIT_NL,
        "attribute_limit": _LIMIT_NL,
        "quota": _Told(
            "Het quotum is {limit}; hoeveel ervan toen gebruikt was, is niet bewaard.",
            "Het quotum is {limit}; geteld: {actual}.",
            "Er geldt geen quotum.",
        ),
    },
}
_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "not tried": "Not tried: {failed}.",
        "no match": "Tried, but it does not match: {failed}.",
        "planned": "It matches, and its question was planned.",
        "passed": "It matches, and every check was passed.",
        "but": "It matches, but: {meaning}",
        "first": "No rule with a higher priority was chosen; the priority of this one is {priority}.",
        "besides": "The rule is tried besides the others (`also`); its priority is {priority}.",
        "outranked": "The rule {by} takes precedence; the priority of this one is {priority}.",
        "exclusion": "The exclusion that applies: {holds}.",
        "no exclusion": "No exclusion in the rule (`unless`) applies.",
        "none of both": "No exclusion applies, neither in the rule (`unless`) nor in the policy (`never_ask_while`).",
        "forbids": "The policy forbids to ask (`never_ask_while`): {holds}.",
        "excepted": "The policy forbids to ask (`never_ask_while`): {holds}. This rule is named as an exception.",
        "consent": "Consent by channel: {shown}. Needed: {limit}.",
        "no channel": "the rule names no channel",
        "text": "The customer's language is {language}; the survey (in {languages}) {text}.",
        "has": "has a text for it",
        "has none": "has none for it",
        "otherwise": "has none for it, so that the policy's other language is used",
        "hours": "The first allowed time is {due}{end}.{instead}",
        "no hours": "No allowed time was found{end}.{instead}",
        "expires": "; it expires at {at}",
        "unread zone": " The customer's time zone {unread!r} cannot be read; {zone} is used instead.",
        "unread country": " No holidays are known of the customer's country {unread!r}; those of the policy hold.",
        "passed over": " Passed over: {days}.",
    },
    "nl": {
        "not tried": "Niet geprobeerd: {failed}.",
        "no match": "Geprobeerd, maar zij past niet: {failed}.",
        "planned": "Zij past, en haar vraag is gepland.",
        "passed": "Zij past, en alle controles zijn doorstaan.",
        "but": "Zij past, maar: {meaning}",
        "first": "Er is geen regel met een hogere prioriteit gekozen; die van deze is {priority}.",
        "besides": "De regel wordt naast de andere geprobeerd (`also`); haar prioriteit is {priority}.",
        "outranked": "De regel {by} gaat voor; de prioriteit van deze is {priority}.",
        "exclusion": "De uitsluiting die geldt: {holds}.",
        "no exclusion": "Geen uitsluiting in de regel (`unless`) geldt.",
        "none of both": "Geen uitsluiting geldt, niet in de regel (`unless`) en niet in het beleid (`never_ask_while`).",
        "forbids": "Het beleid verbiedt te vragen (`never_ask_while`): {holds}.",
        "excepted": "Het beleid verbiedt te vragen (`never_ask_while`): {holds}. Deze regel is als uitzondering genoemd.",
        "consent": "Toestemming per kanaal: {shown}. Nodig: {limit}.",
        "no channel": "de regel noemt geen kanaal",
        "text": "De taal van de klant is {language}; de enquête (in {languages}) {text}.",
        "has": "heeft er een tekst voor",
        "has none": "heeft er geen tekst voor",
        "otherwise": "heeft er geen tekst voor, zodat de andere taal van het beleid geldt",
        "hours": "De eerste toegestane tijd is {due}{end}.{instead}",
        "no hours": "Er is geen toegestane tijd gevonden{end}.{instead}",
        "expires": "; zij vervalt op {at}",
        "unread zone": " De tijdzone van de klant {unread!r} is niet te lezen; in plaats daarvan geldt {zone}.",
        "unread country": " Van het land van de klant {unread!r} zijn geen feestdagen bekend; die van het beleid gelden.",
        "passed over": " Overgeslagen: {days}.",
    },
}


def gate_sentence(verdict: Verdict, voice: Voice = PLAIN) -> str:
    """What the gate looked at, what it found, and what it holds that against."""
    special = _SPECIAL.get(verdict.gate)
    if special is not None:
        return special(verdict, voice)
    told = _SENTENCES[voice.language][verdict.gate]
    sentence = told.passed if verdict.passed else told.refused
    if told.unlimited is not None and verdict.limit is None:
        sentence = told.unlimited
    return sentence.format(actual=_in(verdict.actual, voice), limit=_in(verdict.limit, voice))


def rule_sentence(trace: RuleTrace, voice: Voice = PLAIN, *, planned: bool = False) -> str:
    """How one rule fared; `planned` tells whether its question was."""
    failed = fragment(f"{trace.failed}", voice.language)
    if not trace.tried:
        return _say(voice, "not tried", failed=failed)
    if not trace.matched:
        return _say(voice, "no match", failed=failed)
    if planned:
        return _say(voice, "planned")
    refusal = next((verdict for verdict in trace.verdicts if not verdict.passed), None)
    if refusal is None:
        return _say(voice, "passed")
    return _say(voice, "but", meaning=meaning(refusal.reason, voice.language) if refusal.reason else "")


def _say(voice: Voice, sentence: str, **parts: object) -> str:
    return _WORDS[voice.language][sentence].format(**parts)


def _in(value: object, voice: Voice) -> object:
    """A value of a verdict: what the core said in words, in the reader's language; a time by the reader's clock."""
    if isinstance(value, datetime):
        return voice.moment(value)
    return fragment(value, voice.language) if isinstance(value, str) else value


def _step(verdict: Verdict, voice: Voice) -> str:
    if isinstance(verdict.actual, list | tuple):
        return "; ".join(fragment(str(one), voice.language) for one in verdict.actual) + "."
    return f"{_in(verdict.actual, voice)}.".capitalize()


def _contrary(verdict: Verdict, voice: Voice) -> str:
    holds = condition_words(str(verdict.actual), voice.language)
    if not verdict.passed:
        return _say(voice, "forbids" if verdict.reason == "never_ask_while" else "exclusion", holds=holds)
    if verdict.limit is None:
        return _say(voice, "no exclusion")
    return _say(voice, "none of both" if verdict.actual is None else "excepted", holds=holds)


def _consent(verdict: Verdict, voice: Voice) -> str:
    consent = verdict.actual if isinstance(verdict.actual, dict) else {}
    shown = ", ".join(f"{channel} {_in(word, voice)}" for channel, word in consent.items())
    return _say(voice, "consent", shown=shown or _say(voice, "no channel"), limit=_in(verdict.limit, voice))


def _text(verdict: Verdict, voice: Voice) -> str:
    limit = verdict.limit
    languages = tuple(map(str, limit)) if isinstance(limit, list | tuple) else (str(limit),)
    text = "has"
    if not best_text(str(verdict.actual), languages):
        # It passed all the same: the customer is asked in the policy's language, and that must not pass for their own.
        text = "otherwise" if verdict.passed else "has none"
    wanted = fragment(str(verdict.actual), voice.language)
    return _say(voice, "text", language=wanted, languages=", ".join(languages), text=_say(voice, text))


def _hours(verdict: Verdict, voice: Voice) -> str:
    end = _say(voice, "expires", at=_in(verdict.limit, voice)) if verdict.limit else ""
    due: Any = verdict.actual
    instead = ""
    if isinstance(due, dict):
        if "unreadable_zone" in due:
            instead = _say(voice, "unread zone", unread=due["unreadable_zone"], zone=due["zone"])
        if "unreadable_country" in due:
            instead += _say(voice, "unread country", unread=due["unreadable_country"])
        if "closed" in due:
            instead += _say(voice, "passed over", days=", ".join(due["closed"]))
        due = due["due"]
    sentence = "hours" if due is not None else "no hours"
    return _say(voice, sentence, due=_in(due, voice), end=end, instead=instead)


def _priority(verdict: Verdict, voice: Voice) -> str:
    told = "outranked" if not verdict.passed else "besides" if verdict.actual else "first"
    return _say(voice, told, by=verdict.actual, priority=verdict.limit)


_SPECIAL: Final[dict[Gate, Callable[[Verdict, Voice], str]]] = {
    "step": _step,
    "contrary": _contrary,
    "consent": _consent,
    "priority": _priority,
    "text": _text,
    "hours": _hours,
}
"""Gates whose sentence is more than two values in their places."""
