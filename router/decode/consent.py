"""The shape of preferences, so that a consent that can not be read is never taken for none."""

from router.decode.outcome import Limits, Refusal
from router.decode.texts import optional_text, required_text


def check_preferences(data: dict[str, object], limits: Limits) -> None:
    """Refuse preferences whose consent, locale, zone or `forget` have the wrong shape.

    `consent` maps channels to true or false, or lists the channels consented to. `forget: true` erases all.
    """
    _check_consent(data.get("consent"), limits)
    optional_text(data.get("locale"), "data.locale", limits)
    optional_text(data.get("zone"), "data.zone", limits)
    if not isinstance(data.get("forget", False), bool):
        raise Refusal("attribute_invalid", "The attribute data.forget is neither true nor false.")


def _check_consent(consent: object, limits: Limits) -> None:
    if consent is None:
        return
    if not isinstance(consent, dict | list) or len(consent) > limits.channels:
        raise Refusal(
            "attribute_invalid",
            f"The attribute data.consent is neither an object nor a list, of at most {limits.channels} channels.",
        )
    for channel in consent:
        required_text(channel, "data.consent", limits)
    if isinstance(consent, dict) and not all(isinstance(given, bool) for given in consent.values()):
        raise Refusal(
            "attribute_invalid", "The attribute data.consent holds a value other than true and false."
        )
