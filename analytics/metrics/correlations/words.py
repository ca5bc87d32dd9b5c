"""A correlation in words: direction, size, certainty, and what it does not prove."""

from analytics.metrics.correlations.results import HIGH, MEDIUM, Correlation
from analytics.metrics.periods import Period

_FREED_OF = {
    Period.HOUR: "trend, hour and weekday",
    Period.DAY: "trend and weekday",
    Period.WEEK: "trend",
    Period.MONTH: "trend",
}
_NO_PROOF = "That does not prove that one causes the other: something else, such as a campaign, may move both."
# By so much more does Pearson's r of the series as they are claim.
_MISLEADING = 0.2


def insight(pair: Correlation, period: Period) -> str:
    said = [_relation(pair, period) if pair.established else _nothing(pair, period)]
    if abs(pair.plain_r) > abs(pair.r) + _MISLEADING:
        said.append(f"The series as they are have r = {pair.plain_r:.2f}: trend or season, not a link.")
    if pair.low_confidence:
        said.append(f"Low confidence: only {pair.points} {period}s.")
    return " ".join([*said, _NO_PROOF] if pair.established else said)


def _relation(pair: Correlation, period: Period) -> str:
    return (
        f"{_direction(pair, period)} ({_size(pair.r)}): beyond {_FREED_OF[period]}, r = {pair.r:.2f}, "
        f"95 % interval {pair.low:.2f} to {pair.high:.2f}, {_chance(pair.q)}, {pair.points} {period}s."
    )


def _direction(pair: Correlation, period: Period) -> str:
    first, second = (pair.first, pair.second) if pair.lead >= 0 else (pair.second, pair.first)
    if not pair.lead:
        return f"{first} and {second} " + ("rise and fall together" if pair.r > 0 else "move against each other")
    later = f"{abs(pair.lead)} {period}{'s' if abs(pair.lead) > 1 else ''} later"
    return f"{first} moves first and {second} " + ("follows" if pair.r > 0 else "goes the other way") + f" {later}"


def _nothing(pair: Correlation, period: Period) -> str:
    return (
        f"Nothing shows that {pair.first} and {pair.second} move together: beyond {_FREED_OF[period]}, anything from "
        f"r = {pair.low:.2f} to {pair.high:.2f} fits {pair.points} {period}s ({_chance(pair.q)})."
    )


def _size(r: float) -> str:
    return "strongly" if abs(r) > HIGH else "clearly" if abs(r) > MEDIUM else "weakly"


def _chance(q: float) -> str:
    return "q < 0.0001" if q < 0.0001 else f"q = {q:.2g}"  # noqa: PLR2004 - as digits are shown
