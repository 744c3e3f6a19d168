"""R011 to R019: keys and values."""

from router.authoring.codes.code import Code

_RULE = "rules:\n  - id: a\n    when: {type: order.placed}\n    send: {survey: nps, channel: email}\n    "

VALUES = (
    Code(
        "R011",
        "missing key",
        "A part lacks a key that it needs. Nothing that changes what customers experience is guessed.",
        "rules:\n  - id: a\n    when: {type: order.placed}\n    send: {survey: nps}",
        "rules:\n  - id: a\n    when: {type: order.placed}\n    send: {survey: nps, channel: email}",
    ),
    Code(
        "R012",
        "wrong kind of value",
        "The value is of another kind than the key takes: a text where a number is needed, a list where a"
        " mapping is needed. True and false are written `true` and `false`; `yes`, `no`, `on` and `off` are text.",
        _RULE + "enabled: no",
        _RULE + "enabled: false",
    ),
    Code(
        "R013",
        "unknown word",
        "The key takes one of a few words, and this is none of them.",
        _RULE + "within: office_hours",
        '# policy.yaml\nbusiness_hours: {days: mon-fri, from: "09:00", to: "18:00"}\n# rules.yaml\n'
        + _RULE
        + "within: business_hours",
    ),
    Code(
        "R014",
        "unknown key",
        "The key is not known here, often by a slip of the pen. It is an error because a rule without its"
        " misspelt `unless` would ask exactly the customers it should spare.",
        _RULE + "prority: 80",
        _RULE + "priority: 80",
    ),
    Code(
        "R015",
        "not a duration",
        "A duration is a whole number with a unit, `w d h m s`, or several of them: `30m`, `2h`, `5d`, `1d12h`."
        " It is at most `1830d`, and never negative.",
        _RULE + "delay: 2 hours",
        _RULE + "delay: 2h",
    ),
    Code(
        "R016",
        "not a percentage",
        "A share is written with its sign, from `0%` to `100%`, so that 0.5 and 50 cannot be mixed up.",
        _RULE + "sample: 0.5",
        _RULE + "sample: 50%",
    ),
    Code(
        "R017",
        "not a time of day",
        'A time of day is `"21:00"`: two digits, a colon, two digits, in quotes. `"24:00"` is the midnight that'
        " ends the day.",
        'quiet_hours: {from: "9 pm", to: "08:00"}',
        'quiet_hours: {from: "21:00", to: "08:00"}',
    ),
    Code(
        "R018",
        "not a date or a moment",
        "A moment is a date, `2026-11-01`, which begins at midnight UTC, or a time with its offset,"
        " `2026-11-01T09:00:00+01:00`. Without an offset it would mean another hour on another machine.",
        _RULE + 'active: {from: "2026-11-01T09:00:00"}',
        _RULE + 'active: {from: "2026-11-01T09:00:00+01:00"}',
    ),
    Code(
        "R019",
        "unknown time zone",
        "A time zone is named as in the IANA database, such as `Europe/Amsterdam`.",
        'quiet_hours: {from: "21:00", to: "08:00", otherwise: Europe/Amsterdm}',
        'quiet_hours: {from: "21:00", to: "08:00", otherwise: Europe/Amsterdam}',
    ),
)
