"""R074 to R079 and R101 to R104: names of other parts, and tests."""

from router.authoring.codes.code import Code


def _rule(when: str, send: str = "{survey: nps, channel: email}") -> str:
    return f"rules:\n  - id: a\n    when: {when}\n    send: {send}\n"


def _test(events: str, expect: str) -> str:
    return (
        "tests:\n  - name: one\n    given:\n      customer: {consent: [email]}\n"
        f"      events: [{events}]\n    expect: {expect}\n"
    )


_PLACED = "{at: 0h, type: order.placed, order_id: O1}"

NAMES = (
    Code(
        "R074",
        "unknown survey",
        "No survey of the set has this name.",
        _rule("{type: order.placed}", "{survey: npss, channel: email}"),
        _rule("{type: order.placed}"),
    ),
    Code(
        "R075",
        "unknown journey",
        "No journey of the set has this name.",
        _rule("{journey: purchases}"),
        _rule("{journey: purchase}"),
    ),
    Code(
        "R076",
        "business hours that the policy does not give",
        "A rule sends `within: business_hours`, but the policy says nowhere when those are.",
        _rule("{type: order.placed}") + "    within: business_hours",
        '# policy.yaml\nbusiness_hours: {days: mon-fri, from: "09:00", to: "18:00"}\n# rules.yaml\n'
        + _rule("{type: order.placed}")
        + "    within: business_hours",
    ),
    Code(
        "R077",
        "unknown step",
        "The journey has no step of this name.",
        _rule("{journey: purchase, step: deliverd}"),
        _rule("{journey: purchase, step: delivered}"),
    ),
    Code(
        "R078",
        "unknown channel",
        "Once the policy lists the company's `channels`, every channel in rules, limits and tests is one of"
        " them: a rule that sends by `emial` would reach nobody.",
        "channels: [email, sms, phone]\nlimits: [{id: any, channel: emial, max: 1, per: 30d}]",
        "channels: [email, sms, phone]\nlimits: [{id: any, channel: email, max: 1, per: 30d}]",
    ),
    Code(
        "R079",
        "unknown interaction type",
        "Once the policy lists further `types` besides those that journeys name, every type in rules and tests"
        " is one of them.",
        "# policy.yaml\ntypes: [newsletter.opened]\n# rules.yaml\n" + _rule("{type: newsletter.open}"),
        "# policy.yaml\ntypes: [newsletter.opened]\n# rules.yaml\n" + _rule("{type: newsletter.opened}"),
    ),
    Code(
        "R101",
        "two tests of one name",
        "A test is known by its name; reports name it.",
        _test(_PLACED, "[{survey: nps}]") + _test(_PLACED, "[{survey: nps}]").removeprefix("tests:\n"),
        _test(_PLACED, "[{survey: nps}]"),
    ),
    Code(
        "R102",
        "unknown rule in a test",
        "The test expects an invitation by a rule that the set does not have.",
        _test(_PLACED, "[{rule: ask-later}]"),
        _test(_PLACED, "[{survey: nps}]"),
    ),
    Code(
        "R104",
        "unknown customer in a test",
        "The test speaks of a customer that it does not give under `customers`.",
        "tests:\n  - name: one\n    given:\n      customers: {ann: {}, bob: {}}\n      events:\n"
        "        - {at: 0h, type: order.placed, customer: anna}\n    expect: [{survey: nps}]",
        "tests:\n  - name: one\n    given:\n      customers: {ann: {}, bob: {}}\n      events:\n"
        "        - {at: 0h, type: order.placed, customer: ann}\n    expect: [{survey: nps}]",
    ),
    Code(
        "R105",
        "a name that is nearly one of a preference",
        "The service refuses preferences with such a member, for whoever wrote it meant a yes or a no and no attribute of"
        " the customer.",
        "tests:\n  - name: one\n    given:\n      customer: {supressed: [opted_out]}\n      events:\n"
        "        - {at: 0h, type: order.placed}\n    expect: []\n    because: suppressed",
        "tests:\n  - name: one\n    given:\n      customer: {suppressed: [opted_out]}\n      events:\n"
        "        - {at: 0h, type: order.placed}\n    expect: []\n    because: suppressed",
    ),
)
