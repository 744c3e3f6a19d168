"""Texts that name facts: those of the time when the invitation was planned."""

from tests.unit.flow.service import Service, at

FACTS = """
facts:
  case_id: event.case_id
  agent_name: {field: event.agent_name, personal: true}
  first_name: {field: customer.first_name, personal: true}
"""

SAYING = """
surveys:
  ces:
    metric: ces
    variant: ces-1.0
    scale: [1, 5]
    polarity: lower_is_better
    texts:
      en:
        subject: "Hello {first_name|there}"
        question: "How much effort was {case_id|it}?"
        introduction: "{agent_name|Our colleague} helped you."
        low: little
        high: much
"""


async def test_texts_say_the_facts_of_the_time_when_the_invitation_was_planned() -> None:
    service = Service(FACTS, surveys=SAYING)
    await service.agree("c-1", first_name="Ann")
    await service.read("complaint.resolved", case_id="K-1\r\nBcc: x", agent_name="<b>Bo</b>")
    await service.agree("c-1", first_name="Other", hours=1)
    service.clock.at = at(2)
    await service.relay.pass_once()

    survey = service.sent()[0]["data"]["survey"]
    assert survey["subject"] == "Hello Ann"
    assert survey["introduction"] == "<b>Bo</b> helped you."
    assert survey["question"] == "How much effort was K-1 Bcc: x?"
    (invitation,) = service.customer().invitations
    assert invitation.facts == {"agent_name": "<b>Bo</b>", "case_id": "K-1 Bcc: x", "first_name": "Ann"}, (
        "a fallback may follow"
    )


async def test_a_fact_that_is_missing_has_words_instead() -> None:
    service = Service(FACTS, surveys=SAYING)
    await service.plan()
    service.clock.at = at(2)
    await service.relay.pass_once()
    survey = service.sent()[0]["data"]["survey"]
    assert (survey["subject"], survey["introduction"]) == ("Hello there", "Our colleague helped you.")


async def test_facts_of_what_nothing_follows_leave_the_customer_with_it() -> None:
    service = Service(FACTS, surveys=SAYING)
    await service.agree()
    await service.read("complaint.escalated", agent_name="Bo")
    service.clock.at = at(1)
    await service.relay.pass_once()
    assert service.sent()[0]["data"]["survey"]["introduction"] == "Bo helped you."
    assert service.customer().invitations[0].facts == {}
