"""What can be wrong with a request, each with its status."""

from router.model.access import Role


class Problem(Exception):
    """A request that cannot be answered as it was asked. `english` is a text of the console, `parts` fill it in."""

    status = 400

    def __init__(self, english: str, **parts: object) -> None:
        super().__init__(english.format(**parts))
        self.english = english
        self.parts = parts


class NotThere(Problem):
    """Nothing has the name that was asked for."""

    status = 404


class NotAllowed(Problem):
    """The person does not have the role."""

    status = 403

    def __init__(self, role: Role) -> None:
        super().__init__("This needs the role {role}: ask an administrator of the console for it.", role=role)


class SignedOut(Problem):
    """Nobody is signed in."""

    status = 401

    def __init__(self) -> None:
        super().__init__("Sign in first.")


class Conflicting(Problem):
    """Somebody else changed the same thing meanwhile."""

    status = 409


class TooBig(Problem):
    """A body that is longer than is read."""

    status = 413

    def __init__(self) -> None:
        super().__init__("What was sent is too long.")


class TooSlow(Problem):
    """A body that does not come."""

    status = 408

    def __init__(self) -> None:
        super().__init__("What was sent took too long to come in.")
