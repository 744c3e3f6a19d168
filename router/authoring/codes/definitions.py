"""R031 to R066: journeys, times, surveys, policy."""

from router.authoring.codes.code import Code


def _survey(metric: str, scale: str, polarity: str, texts: str) -> str:
    return (
        f"surveys:\n  mine:\n    metric: {metric}\n    scale: {scale}\n    polarity: {polarity}\n"
        f"    texts: {texts}\n"
    )


_TEXT = '{question: "How did it go?", low: badly, high: well}'
_EN = f"{{en: {_TEXT}}}"

DEFINITIONS = (
    Code(
        "R031",
        "one type enters two steps",
        "An interaction of a type enters one step of a journey; with two it could not be told which.",
        "journey: visit\nsteps:\n  arrived: {on: shop.entered}\n  greeted: {on: shop.entered}",
        "journey: visit\nsteps:\n  arrived: {on: shop.entered}\n  greeted: {on: shop.greeted}",
    ),
    Code(
        "R032",
        "unknown step in a journey",
        "`order` and `duration` name steps of their own journey.",
        "journey: visit\nsteps:\n  arrived: {on: shop.entered}\norder: [arived]",
        "journey: visit\nsteps:\n  arrived: {on: shop.entered}\norder: [arrived]",
    ),
    Code(
        "R033",
        "effort signal of no single kind",
        "An effort signal is exactly one of `count`, `sum`, `distinct`, `first`, `last` and `duration`.",
        "journey: visit\nsteps:\n  arrived: {on: shop.entered}\neffort:\n  visits: {counts: shop.entered}",
        "journey: visit\nsteps:\n  arrived: {on: shop.entered}\neffort:\n  visits: {count: shop.entered}",
    ),
    Code(
        "R034",
        "step twice in `order`",
        "A step has one place in the order.",
        "journey: visit\nsteps:\n  arrived: {on: shop.entered}\norder: [arrived, arrived]",
        "journey: visit\nsteps:\n  arrived: {on: shop.entered}\norder: [arrived]",
    ),
    Code(
        "R035",
        "a step that nothing reaches",
        "No interaction can enter the step: it names no type, or only `customer.preferences.v1`, which carries"
        " preferences and moves no journey.",
        "journey: visit\nsteps:\n  arrived: {on: shop.entered}\n  left: {on: []}",
        "journey: visit\nsteps:\n  arrived: {on: shop.entered}\n  left: {on: shop.left}",
    ),
    Code(
        "R041",
        "`delay` reaches `expires`",
        "An invitation is due `delay` after the interaction and void `expires` after it. With a delay that long"
        " the rule never sends.",
        "rules:\n  - id: a\n    when: {type: order.placed}\n    send: {survey: nps, channel: email}\n"
        "    delay: 5d\n    expires: 2d",
        "rules:\n  - id: a\n    when: {type: order.placed}\n    send: {survey: nps, channel: email}\n"
        "    delay: 2d\n    expires: 5d",
    ),
    Code(
        "R042",
        "`active` ends before it begins",
        "`until` comes after `from`; the moment of `until` itself is no longer active.",
        "rules:\n  - id: a\n    when: {type: order.placed}\n    send: {survey: nps, channel: email}\n"
        "    active: {from: 2026-12-01, until: 2026-11-01}",
        "rules:\n  - id: a\n    when: {type: order.placed}\n    send: {survey: nps, channel: email}\n"
        "    active: {from: 2026-11-01, until: 2026-12-01}",
    ),
    Code(
        "R051",
        "a scale that does not fit its metric",
        "NPS is asked from 0 to 10, CSAT from 1 to 5, CES from 1 to 5 or from 1 to 7. Scores of other scales cannot"
        " be compared with anybody's.",
        _survey("nps", "[1, 10]", "higher_is_better", _EN),
        _survey("nps", "[0, 10]", "higher_is_better", _EN),
    ),
    Code(
        "R052",
        "a polarity that does not fit its metric",
        "In NPS and CSAT a high answer is good. CES exists both ways, so it must say which.",
        _survey("csat", "[1, 5]", "lower_is_better", _EN),
        _survey("csat", "[1, 5]", "higher_is_better", _EN),
    ),
    Code(
        "R053",
        "survey without a text",
        "A survey without a text in any locale can be sent to nobody.",
        _survey("csat", "[1, 5]", "higher_is_better", "{}"),
        _survey("csat", "[1, 5]", "higher_is_better", _EN),
    ),
    Code(
        "R054",
        "no text in a promised locale",
        "The policy promises under `locale.promised` that customers are asked in these locales. The survey has"
        " no text in one of them, not in its language either, and such customers would go unasked or be asked"
        " in a foreign language.",
        "locale: {promised: [en, fr], otherwise: en}",
        "locale: {promised: [en, nl], otherwise: en}",
    ),
    Code(
        "R055",
        "unknown locale",
        "A locale is a language, `nl`, or a language with a region, `nl-BE`, in the spelling of BCP 47: a hyphen,"
        " no underscore. Estonian is `et` and Danish `da`; `dk` is a country.",
        _survey("csat", "[1, 5]", "higher_is_better", f"{{en_GB: {_TEXT}}}"),
        _survey("csat", "[1, 5]", "higher_is_better", f"{{en-GB: {_TEXT}}}"),
    ),
    Code(
        "R061",
        "`on_limit: defer` without `up_to`",
        "A limit that defers needs to know how long an invitation may wait.",
        "limits: [{id: any, max: 1, per: 30d, on_limit: defer}]",
        "limits: [{id: any, max: 1, per: 30d, on_limit: defer, up_to: 5d}]",
    ),
    Code(
        "R062",
        "hours that leave nothing",
        "Quiet hours of a whole day, or business hours that end before they begin, leave no hour to send in.",
        'business_hours: {from: "18:00", to: "09:00"}',
        'business_hours: {from: "09:00", to: "18:00"}',
    ),
    Code(
        "R063",
        "two limits of one name",
        "Decisions name the limit that refused, so limits and quotas each have an id of their own.",
        "limits: [{id: any, max: 1, per: 30d}, {id: any, max: 8, per: 365d}]",
        "limits: [{id: any, max: 1, per: 30d}, {id: yearly, max: 8, per: 365d}]",
    ),
    Code(
        "R064",
        "a limit that covers no survey",
        "No survey of the set falls under the limit, so it limits nothing: no survey has its metric, or the one"
        " it names has another.",
        "limits: [{id: own, metric: csat, max: 1, per: 30d}]",
        "limits: [{id: own, metric: nps, max: 1, per: 30d}]",
    ),
    Code(
        "R065",
        "no hour is left to send in",
        "The quiet hours cover the whole of the business hours, so a rule `within: business_hours` never sends.",
        'quiet_hours: {from: "07:00", to: "20:00"}\nbusiness_hours: {from: "09:00", to: "18:00"}',
        'quiet_hours: {from: "20:00", to: "07:00"}\nbusiness_hours: {from: "09:00", to: "18:00"}',
    ),
    Code(
        "R066",
        "a field that is never there, or tells nothing apart",
        "`instance` and the signals of a journey read the interaction: an attribute, or `a.b` for one inside"
        " another. `same` also reads `journey`, `step`, a value that a journey keeps (`journey.agent`) and an"
        " attribute of the customer (`customer.segment`). `customer_id` and `recipient` say whom an interaction is"
        " about and are no attributes; counts, sums and durations tell nobody apart.",
        "limits: [{id: per-agent, same: customer_id, max: 3, per: 7d}]",
        "limits: [{id: per-agent, same: agent_id, max: 3, per: 7d}]",
    ),
)
