"""Figures as they are shown: rounded here and nowhere else."""


def percent(share: float | None, digits: int = 1) -> str:
    """A share from 0 to 1 as `12.3 %`; empty where there is none. Below the last digit it is `< 0.1 %`, never 0."""
    if share is None:
        return ""
    least = 10.0**-digits
    if 0 < 100 * share < least / 2:
        return f"< {least:g} %"
    return f"{100 * share:.{digits}f} %"
