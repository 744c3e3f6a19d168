"""A question that makes no sense as it was asked."""


class WrongQuestion(ValueError):
    """A report cannot tell what was asked. The text is one line for people, with the way out."""
