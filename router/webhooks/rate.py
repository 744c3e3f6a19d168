"""How many messages a source may send: a bucket of tokens that fills with time."""


class Bucket:
    """Holds two seconds' worth of tokens, at first all of them. Moments are seconds of a clock that never goes back."""

    def __init__(self, per_second: float, now: float) -> None:
        self._per_second = per_second
        self._most = self._tokens = 2 * per_second
        self._at = now

    def take(self, now: float) -> bool:
        """Takes a token; False where there is none."""
        self._tokens = min(self._most, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
