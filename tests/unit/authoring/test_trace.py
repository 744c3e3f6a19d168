from pathlib import Path

from router.authoring.language.load import check_directory, load_texts
from router.authoring.language.load_tests import load_tests
from router.authoring.ruletest import judged, report
from router.authoring.ruletest.moments import offset
from router.authoring.ruletest.timeline import wanted
from router.model.rule_tests import ExpectedInvitation
from router.words.reasons import REASONS
from tests.unit.authoring.told import ANN, ARRIVED, judgement
from tests.unit.core.builders import moment


def told(given: str, expect: str = "[]", because: str = "") -> list[str]:
    """The sentences of the only difference."""
    (sentences,) = report(judgement(given, expect, because)).differences
    return list(sentences)


def test_a_missing_invitation_names_the_gate_that_refused() -> None:
    assert told(f"customer: {{consent: {{email: false}}}}, events: [{ARRIVED}]", "[{rule: ask-nps}]") == [
        "Expected but not sent: a survey sent (rule ask-nps).",
        f"At 0h (arrived), rule ask-nps: It matches, but: {REASONS['no_consent']}",
        "✗ consent: Consent by channel: email no, sms unknown. Needed: yes for one channel, unknown is refused.",
        "✗ channel: Channel: none. Needed: an agreed channel.",
    ]


def test_a_missing_invitation_names_the_condition_that_failed_and_its_place() -> None:
    first, why = told(f"{ANN}, events: [{{at: 1h, type: helped, minutes: 3}}]", "[{survey: ces}]")
    assert first == "Expected but not sent: ces sent."
    assert why.startswith("At 1h (helped), rule ask-ces: Tried, but it does not match: event.minutes must be")
    assert "but it is 3 (1.yaml:5:" in why


def test_a_missing_invitation_names_the_step_that_was_not_entered() -> None:
    given = f"{ANN}, events: [{{at: 0h, type: placed, order_id: O1}}]"
    assert told(given, "[{rule: ask-nps}]")[1] == (
        "At 0h (placed), rule ask-nps: Not tried: journey order did not enter arrived."
    )


def test_a_missing_invitation_tells_what_ended_it() -> None:
    given = f"{ANN}, events: [{ARRIVED}, {{at: 1h, preferences: {{suppressed: opted_out}}}}]"
    assert told(given, "[{rule: ask-nps}]")[1:] == [
        "At 0h (arrived), rule ask-nps: It matches, and its question was planned.",
        "At 1d it was cancelled: The customer is on the do-not-contact list.",
        "✗ suppression: Do not contact: opted_out.",
    ]


def test_the_event_where_the_rule_came_furthest_is_told() -> None:
    given = "events: [{at: 0h, type: placed, order_id: O1}, {at: 1h, type: arrived, order_id: O1}, {at: 2h, type: placed, order_id: O2}]"
    assert told(given, "[{rule: ask-nps}]")[1].startswith("At 1h (arrived), rule ask-nps: It matches, but")


def test_an_unexpected_invitation_shows_the_gate_that_should_have_refused() -> None:
    unexpected, other = report(judgement(f"{ANN}, events: [{ARRIVED}]", "[]", "shared_limit")).differences
    assert unexpected == (
        "Sent at 1d but not expected: nps sent by email (rule ask-nps).",
        "At 0h (arrived), rule ask-nps: it matches, and no gate refused.",
        "✓ shared_limit: The limit is any: 1 per 30d; 0 counted.",
    )
    assert (
        other[0]
        == "Expected that something is not asked because of `shared_limit`, but nothing was refused or taken back."
    )


def test_another_time_is_explained_by_delay_hours_and_deferral() -> None:
    assert told(f"{ANN}, events: [{ARRIVED}]", "[{rule: ask-nps, at: 25h}]") == [
        "Sent otherwise than expected: nps sent by email (rule ask-nps).",
        "at: expected 1d1h, got 1d.",
        "Rule ask-nps: its delay leads from 0h to 1d.",
        "✓ hours: The first allowed time is 2026-03-03 10:00 UTC.",
    ]
    deferred = told(f"{ANN}, history: [{{invited: ces, at: -28d}}], events: [{ARRIVED}]", "[{at: 24h}]")
    assert "later than the rule ask-nps wants" in deferred[3]


def test_another_channel_and_locale_are_explained_by_their_gates() -> None:
    channel = told(f"customer: {{consent: [sms]}}, events: [{ARRIVED}]", "[{channel: email}]")
    assert channel[1] == "channel: expected email, got sms."
    assert [line[2:9] for line in channel[2:]] == ["consent", "channel"]
    locale = told(f"{ANN}, events: [{ARRIVED}]", "[{locale: de}]")
    assert locale[1:] == [
        "locale: expected de, got nl.",
        "✓ text: The customer's language is nl; the survey (in en, nl) has a text for it.",
    ]


def test_a_reason_of_no_gate_is_told_by_the_rules_that_were_tried() -> None:
    given = f"{ANN}, events: [{{at: 1h, type: helped, minutes: 3}}]"
    first, why = told(given, "[]", "displaced")
    assert (
        first
        == "Expected that something is not asked because of `displaced`; what was not asked has the reason `no_rule_matched`."
    )
    assert why.startswith("At 1h (helped), rule ask-ces: Tried, but it does not match")


def test_the_timeline_stands_in_order_with_its_marks() -> None:
    given = f"{ANN}, events: [{ARRIVED}, {{at: 1h, type: sent_back, channel: web}}]"
    found = report(judgement(given, "[{survey: nps, channel: sms, locale: nl, reason: invited, at: 20h}]"))
    assert [(line.at, line.clock, line.mark, line.text) for line in found.timeline] == [
        ("0h", "Mon 02 Mar 11:00", "event", "arrived → nps planned for 1d (rule ask-nps)"),
        ("1h", "Mon 02 Mar 12:00", "event", "sent_back (web) → step_not_recognised"),
        ("1h", "Mon 02 Mar 12:00", "ended", "nps cancelled: cancelled_by_event"),
        ("20h", "Tue 03 Mar 07:00", "missing", "nps sent by sms in nl because of invited"),
    ]
    assert (found.file, found.line, found.passed) == ("tests.yaml", 1, False)


def test_the_timeline_names_customers_where_there_are_several() -> None:
    given = f"customers: {{ann: {{consent: [email]}}, bob: {{}}}}, events: [{ARRIVED[:-1]}, customer: ann}}]"
    found = report(judgement(given, "[{customer: bob, survey: ces}]"))
    assert [(line.mark, line.text) for line in found.timeline] == [
        ("event", "ann: arrived → nps planned for 1d (rule ask-nps)"),
        ("missing", "bob: ces sent"),
        ("unexpected", "ann: nps sent by email (rule ask-nps)"),
    ]


def test_times_are_written_as_tests_write_them() -> None:
    start = moment()
    assert [offset(moment(at), start) for at in ("0h", "90m", "-14d", "36h", "1s")] == [
        "0h",
        "1h30m",
        "-14d",
        "1d12h",
        "1s",
    ]


def test_what_follows_an_invitation_is_called_what_it_is() -> None:
    texts = check_directory(Path(__file__).parents[3] / "rules").texts
    rules = load_texts(texts)
    reports = [report(one) for one in judged(load_tests(texts, rules), rules)]
    lines = " | ".join(line.text for one in reports for line in one.timeline)
    assert "nps reminder 1 sent by email (rule nps-after-renewal)" in lines
    assert "ces-1.0 fallback sent by sms (rule ces-after-cancellation)" in lines
    assert wanted(ExpectedInvitation(survey="nps", kind="reminder")) == "nps reminder sent"
    assert wanted(ExpectedInvitation(kind="invitation")) == "a survey sent"
