"""What a model refuses, with the reason and what is missing. A refusal is an answer; an invented number is none."""

from enum import StrEnum


class Why(StrEnum):
    NO_PURCHASES = "no_purchases"
    TOO_FEW_PEOPLE = "too_few_people"
    TOO_FEW_REPEAT_BUYERS = "too_few_repeat_buyers"
    TOO_FEW_PAYING = "too_few_paying"
    TOO_FEW_PERIODS = "too_few_periods"
    TOO_FEW_LOSSES = "too_few_losses"
    TOO_FEW_OF_ONE_KIND = "too_few_of_one_kind"
    TOO_SHORT = "too_short"
    TOO_MANY_GAPS = "too_many_gaps"
    ZERO_VARIANCE = "zero_variance"
    NO_CONVERGENCE = "no_convergence"
    NOT_FINITE = "not_finite"
    INCONSISTENT = "inconsistent"


_WORDS = {
    Why.NO_PURCHASES: "Nobody has bought anything yet.",
    Why.TOO_FEW_PEOPLE: "Too few people to learn from.",
    Why.TOO_FEW_REPEAT_BUYERS: "Too few people have bought more than once.",
    Why.TOO_FEW_PAYING: "Too few people have paid more than they got back, more than once.",
    Why.TOO_FEW_PERIODS: "Too few periods to see how the loss of people changes.",
    Why.TOO_FEW_LOSSES: "Too few people have left, or too few stayed.",
    Why.TOO_FEW_OF_ONE_KIND: "Too few people left, or too few stayed, in the time learnt from.",
    Why.TOO_SHORT: "The history is too short for this horizon.",
    Why.TOO_MANY_GAPS: "Too many buckets have no value.",
    Why.ZERO_VARIANCE: "The values never varied.",
    Why.NO_CONVERGENCE: "The data do not determine the model's parameters.",
    Why.NOT_FINITE: "A value is not a finite number, or too large to count with.",
    Why.INCONSISTENT: "The data contradict themselves.",
}


class CannotPredict(Exception):
    """`given` and `needed` count what `why` is about; both 0 where it is not about a number."""

    def __init__(self, why: Why, *, given: int = 0, needed: int = 0) -> None:
        self.why, self.given, self.needed = why, given, needed
        super().__init__(self.missing)

    @property
    def missing(self) -> str:
        """In words, for people."""
        return (
            f"{_WORDS[self.why]} There are {self.given}; {self.needed} are needed." if self.needed else _WORDS[self.why]
        )


def need(given: int, needed: int, why: Why) -> None:
    if given < needed:
        raise CannotPredict(why, given=given, needed=needed)
