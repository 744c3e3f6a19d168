"""Many tests at once."""

from collections.abc import Sequence


def adjusted_p(p: Sequence[float]) -> list[float]:
    """Each p adjusted for the number of tests, in the order given (Benjamini and Hochberg 1995).

    Take those at or under q for findings, and a share of at most q of them is none, on average.
    """
    order = sorted(range(len(p)), key=p.__getitem__, reverse=True)
    adjusted, least = [1.0] * len(p), 1.0
    for above, at in enumerate(order):
        least = min(least, p[at] * len(p) / (len(p) - above))
        adjusted[at] = least
    return adjusted
