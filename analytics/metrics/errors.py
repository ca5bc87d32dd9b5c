"""What a pure metric refuses, naming the field of the question that is wrong."""


class InvalidQuestion(ValueError):
    """A question that has no answer. `field` is its name in the question, as `steps` or `exclusions.0.to_step`."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
