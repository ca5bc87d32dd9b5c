"""Drivers of conversion beside figures from the books, and what must not count."""

import numpy as np
import pytest

from analytics.metrics.funnel import kernel
from analytics.metrics.funnel.drivers import drivers
from analytics.metrics.funnel.question import Question, Step
from analytics.metrics.stream import MICROSECONDS, Occurrences, Stream

QUESTION = Question(steps=(Step(), Step()), window_seconds=100)


def crowd(converted: int, others: int) -> kernel.People:
    """So many people who enter at second 0, of whom the first convert at second 50."""
    everybody, happy = np.arange(converted + others), np.arange(converted)
    stream = Stream(
        person=np.concatenate([everybody, happy]),
        at=np.concatenate([everybody * 0, happy * 0 + 50 * MICROSECONDS]),
        matches=np.concatenate([everybody * 0 + 1, happy * 0 + 2]),
    )
    return kernel.people(stream, QUESTION)


def by(*people: range, second: int = 10) -> Occurrences:
    person = np.concatenate([np.array(list(some), np.int64) for some in people])
    return Occurrences(person=person, at=np.full(len(person), second * MICROSECONDS))


def test_few_people_are_judged_by_fishers_exact_test() -> None:
    # Fisher 1935, The Design of Experiments: the lady tasting tea, three of four right.
    (found,) = drivers(crowd(4, 4), QUESTION, {"tea": by(range(3), range(4, 5))})
    assert found.p_value == pytest.approx(34 / 70)


def test_many_people_are_judged_by_pearsons_chi_squared() -> None:
    # The Physicians' Health Study as in Agresti 2002, Categorical Data Analysis, table 2.3: heart attacks of 104 among
    # 11,037 on aspirin and of 189 among 11,034 on placebo.
    people = crowd(104 + 189, 10_933 + 10_845)
    aspirin = by(range(104), range(293, 293 + 10_933))
    (found,) = drivers(people, QUESTION, {"aspirin": aspirin})
    assert (found.converted_with, found.others_with) == (104, 10_933)
    # Published: odds ratio 1.832 of placebo to aspirin with 95 % interval 1.440 to 2.331, chi² 25.01 with 1 df.
    assert (1 / found.odds_ratio, 1 / found.high, 1 / found.low) == pytest.approx((1.832, 1.440, 2.331), abs=0.015)
    assert found.p_value == pytest.approx(5.69e-7, rel=0.01)
    assert not found.helps


def test_q_values_follow_benjamini_and_hochberg() -> None:
    candidates = {"strong": by(range(20)), "weak": by(range(8), range(20, 25)), "none": by(range(10), range(20, 30))}
    found = {driver.name: driver for driver in drivers(crowd(20, 20), QUESTION, candidates)}
    ordered = sorted(found.values(), key=lambda driver: driver.p_value)
    assert ordered[0].q_value == pytest.approx(ordered[0].p_value * 3)
    assert all(driver.q_value >= driver.p_value for driver in ordered)
    assert found["none"].odds_ratio == 1


@pytest.mark.parametrize("second", [0, 50, 60])
def test_only_what_is_done_on_the_way_counts(second: int) -> None:
    assert drivers(crowd(5, 0), QUESTION, {"late": by(range(5), second=second)}) == ()


def test_strangers_and_nobody_count_for_nothing() -> None:
    assert drivers(crowd(5, 5), QUESTION, {"strangers": by(range(50, 60)), "nobody": by(range(0))}) == ()
    assert drivers(crowd(0, 0), QUESTION, {"strangers": by(range(3))}) == ()
