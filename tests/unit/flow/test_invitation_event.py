from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from router.flow.invitation_event import InvitationDue, Rendering, rendered
from router.model.customer import Customer, Invitation, Profile
from router.model.encoding import encode_json
from router.model.interaction import Interaction
from router.model.invitation_states import RESPOND_WITHIN
from router.model.policy import Policy
from router.model.survey import Survey, Text

AT = datetime(2026, 3, 2, 11, 15, tzinfo=UTC)
TEXTS = {
    "en": Text("Effort?", "little", "much"),
    "nl": Text("Moeite?", "weinig", "veel"),
    "nl-BE": Text("Moeite, zeg?", "weinig", "veel"),
}
SURVEY = Survey("ces", "ces", "ces-1.0", (1, 5), "lower_is_better", TEXTS, version="4")
INTERACTION = Interaction("/crm", "i-1", "complaint.resolved", AT - timedelta(hours=2), "c-1", locale="nl")
INVITATION = Invitation(
    "834474d6-0438-55ca-b027-6093e25d2696", "ask", "ces", "ces", "email", 10, AT, "queued"
)
RENDERING = Rendering(
    SURVEY, Policy(locale_otherwise="en"), INTERACTION, {"email": "ann@example.org"}, 3, None
)


def event(*, locale: str | None = None, invitation: Invitation = INVITATION, **given: Any) -> InvitationDue:
    customer = Customer("c-1", profile=Profile(locale=locale))
    return rendered(customer, invitation, replace(RENDERING, **given))


@pytest.mark.parametrize(
    ("preferred", "of_interaction", "expected"),
    [
        ("en", "nl", "en"),
        (None, "nl", "nl"),
        ("nl-BE", None, "nl-BE"),
        ("nl-NL", None, "nl"),
        ("nl_NL", None, "nl"),
        ("fr", "nl", "en"),
        (None, None, "en"),
    ],
)
def test_the_text_is_in_the_locale_that_fits(
    preferred: str | None, of_interaction: str | None, expected: str
) -> None:
    survey = event(locale=preferred, interaction=replace(INTERACTION, locale=of_interaction)).data.survey
    assert survey.locale == expected
    assert survey.question == TEXTS[expected].question


def test_a_text_that_was_taken_away_since_the_check_still_gives_an_invitation() -> None:
    survey = event(
        survey=replace(SURVEY, texts={"nl": TEXTS["nl"]}), policy=Policy(), locale="fr"
    ).data.survey
    assert survey.locale == "nl"


def test_the_survey_is_told_whole() -> None:
    survey = event().data.survey
    assert (survey.id, survey.metric, survey.variant, survey.scale) == ("ces", "ces", "ces-1.0", (1, 5))
    assert (survey.polarity, survey.presentation, survey.text_version) == ("lower_is_better", "likert", "4")
    assert (survey.low, survey.high) == ("weinig", "veel")


def test_an_open_question_is_handed_over_where_there_is_one() -> None:
    asking = {locale: replace(text, follow_up=f"Why? ({locale})") for locale, text in TEXTS.items()}
    assert event().data.survey.follow_up is None
    assert b"follow_up" not in encode_json(event())
    told = event(survey=replace(SURVEY, texts=asking))
    assert told.data.survey.follow_up == "Why? (nl)"
    assert b'"follow_up":"Why? (nl)"' in encode_json(told)


def test_subject_and_introduction_are_handed_over_where_there_are_any() -> None:
    plain = encode_json(event())
    assert b"subject" not in plain.replace(b'"subject":"c-1"', b"")
    assert b"introduction" not in plain
    told = {locale: replace(text, subject="Well?", introduction="Hello.") for locale, text in TEXTS.items()}
    survey = event(survey=replace(SURVEY, texts=told)).data.survey
    assert (survey.subject, survey.introduction) == ("Well?", "Hello.")


def test_the_address_is_that_of_the_channel() -> None:
    assert event().data.recipient == "ann@example.org"
    assert event(recipients={"sms": "+31600000000"}).data.recipient is None
    assert event(recipients={" EMail": "bea@example.org"}).data.recipient == "bea@example.org"
    assert event(invitation=replace(INVITATION, channel=None)).data.recipient is None


def test_an_invitation_may_be_answered_for_two_weeks() -> None:
    assert timedelta(days=14) == RESPOND_WITHIN
    assert event().data.respond_by == AT + RESPOND_WITHIN


def test_the_journey_is_told_where_there_is_one() -> None:
    assert event().data.journey is None
    told = event(invitation=replace(INVITATION, journey="complaint", step="resolved", instance="4711")).data
    assert told.journey is not None
    assert (told.journey.name, told.journey.step, told.journey.instance) == ("complaint", "resolved", "4711")
    assert (
        told.reason
        == "Rule ask asks ces: complaint.resolved on 2026-03-02 reached step resolved of journey complaint."
    )


def test_the_reason_names_no_customer() -> None:
    assert event().data.reason == "Rule ask asks ces after complaint.resolved on 2026-03-02."


def test_the_token_is_there_where_there_is_a_secret() -> None:
    assert event().data.response_token is None
    assert event(secret=b"of the tests").data.response_token


def test_an_invitation_is_the_same_bytes_whenever_it_is_rendered() -> None:
    assert msgspec.json.encode(event(secret=b"s")) == msgspec.json.encode(event(secret=b"s"))


def test_what_is_rendered_can_be_read_back_by_the_same_type() -> None:
    whole = event(
        secret=b"s", interaction=replace(INTERACTION, traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    )
    assert msgspec.json.decode(msgspec.json.encode(whole), type=InvitationDue) == whole
