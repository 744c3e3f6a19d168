"""Language tags: the table of spellings, and which text a customer gets."""

import pytest
from msgspec.structs import replace

from router.model.languages import best_text, language_tag
from router.model.survey import Text
from tests.unit.core.builders import NPS, event, rules, told

SPELLINGS: list[tuple[str | None, list[str]]] = [
    ("nl", ["nl", "NL", "Nl", " nl ", "nld", "dut", "nl;q=0.8", "nl.UTF-8"]),
    ("nl-NL", ["nl-NL", "NL-nl", "nl_NL", "NL_NL", "nl-nl", "nl_NL.UTF-8", "nl_NL@euro", "nld-NL"]),
    ("pt-BR", ["pt-BR", "pt_BR", "pt-br", "PT-BR", "pt-BR,pt;q=0.9,en;q=0.8", "en;q=0.1, pt-BR;q=0.7"]),
    ("zh-Hant-TW", ["zh-Hant-TW", "zh_hant_tw", "ZH-HANT-TW", "zh-cmn-Hant-TW", "cmn-Hant-TW", "CMN_hant_tw"]),
    ("es-419", ["es-419", "ES_419"]),
    ("sr-Latn-RS", ["sr-Latn-RS", "sr_RS@latin", "sr_Latn_RS"]),
    ("en-US", ["en-US", "en_US_POSIX", "en-US-x-twain", "en-US-u-ca-gregory"]),
    ("de-AT", ["de-AT-1996", "de_AT"]),
    ("he", ["iw", "he"]),
    ("et", ["ekk", "est"]),
    ("ar-EG", ["arb-EG", "ara_EG"]),
    ("yue-HK", ["yue-HK", "yue_HK"]),
    ("nn", ["nn", "nno"]),
    ("id", ["in", "id"]),
    ("nl", ["nl-Qqqq", "nl-ZQ"]),
    (None, ["Dutch", "nederlands", "Deutsch", "english", "xx", "xx-yy-zz", "C", "POSIX", "und", "mul", "zxx", "*"]),
    (None, ["", " ", "-", "nl-", "-nl", "nl--NL", "n", "123", "nl/be", "nl\u200b", "\uff4e\uff4c", "x-private", "a" * 500]),
    (None, [",", ";", "nl;q=0", ";q=1", "Dutch,nederlands"]),
]  # fmt: skip


@pytest.mark.parametrize(("tag", "texts"), SPELLINGS)
def test_a_tag_in_any_spelling(tag: str | None, texts: list[str]) -> None:
    assert [language_tag(text) for text in texts] == [tag] * len(texts)
    assert tag is None or language_tag(tag) == tag


TEXTS = ("en", "nl", "nl-BE", "pt-BR", "zh", "zh-Hant", "sr", "sr-Latn", "no", "en-GB")
CHOSEN = [
    ("NL-nl", "nl"), ("nl-NL", "nl"), ("nl_be", "nl-BE"), ("nl-SR", "nl"), ("pt", "pt-BR"), ("pt_BR", "pt-BR"),
    ("zh-TW", "zh-Hant"), ("zh-Hant-TW", "zh-Hant"), ("zh-HK", "zh-Hant"), ("zh-CN", "zh"), ("zh-Hans-SG", "zh"),
    ("sr-Latn-ME", "sr-Latn"), ("sr-RS", "sr"), ("sr_RS@latin", "sr-Latn"), ("nb", "no"), ("nb-NO", "no"),
    ("en-IE", "en"), ("en_gb", "en-GB"), ("eng", "en"), ("de", None), ("Dutch", None), ("xx-yy-zz", None),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "expected"), CHOSEN)
def test_the_text_that_fits(wanted: str, expected: str | None) -> None:
    assert best_text(wanted, TEXTS) == expected
    assert best_text(wanted, TEXTS[::-1]) == expected


@pytest.mark.parametrize(
    ("wanted", "texts", "expected"),
    [
        ("nl", ("nl-NL",), "nl-NL"),
        ("zh-Hant-TW", ("zh-TW", "zh-CN"), "zh-TW"),
        ("zh-Hans", ("zh-TW", "zh-CN"), "zh-CN"),
        ("no", ("nb",), "nb"),
        ("en-AU", ("en-US",), "en-US"),
        ("nl", (), None),
    ],
)
def test_a_text_with_the_likely_region_or_script(
    wanted: str, texts: tuple[str, ...], expected: str | None
) -> None:
    assert best_text(wanted, texts) == expected


def test_every_text_is_found_by_its_own_locale() -> None:
    for name in TEXTS:
        assert best_text(name, TEXTS) == best_text(name.upper().replace("-", "_"), TEXTS) == name


def test_what_cannot_be_read_counts_as_unknown() -> None:
    text = Text("?", "low", "high")
    survey = replace(NPS, texts={"en": text, "nl": text, "pt-BR": text})
    assert survey.locale_for("Dutch", "en") == "en"
    assert survey.locale_for("pt_PT", "EN_us") == "pt-BR"
    assert survey.locale_for("Dutch", None) is None


RULES = """
rules:
  - {id: dutch, when: {type: a, customer.locale: nl-NL}, send: {survey: nps, channel: email}, priority: 3}
  - {id: there, when: {type: b, customer.locale: {exists: true}}, send: {survey: nps, channel: email}, priority: 2}
  - {id: event, when: {type: c, locale: [pt-BR, nl]}, send: {survey: nps, channel: email}, priority: 1}
"""


def rule_for(kind: str, own: str | None, of_event: str | None = None) -> str | None:
    said = {"locale": own} if own else {}
    lines = [event("customer.preferences.v1", **said), event(kind, at="1h")]
    lines[1] = replace(lines[1], locale=of_event)
    return told(rules(RULES), lines).decided[-1].decision.rule


def test_conditions_compare_tags() -> None:
    assert [rule_for("a", own) for own in ("nl-NL", "NL_nl", "nld-NL", "nl", "Dutch")] == ["dutch"] * 3 + [
        None
    ] * 2
    assert [rule_for("b", own) for own in ("nl", "Dutch", None)] == ["there", None, None]
    assert [rule_for("c", None, given) for given in ("pt_br", "NL", "nl-NL", "Dutch")] == ["event"] * 2 + [
        None
    ] * 2
