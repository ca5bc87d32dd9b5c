"""The most likely positive parameters, or a refusal: never those of a search that did not end."""

from collections.abc import Callable, Sequence

import numpy as np

from analytics.metrics.predict.refusals import CannotPredict, Why
from analytics.metrics.stream import Floats

# Parameters at e to the minus or plus this are at the end of the world: the data do not determine them.
_REACH = 12.0
_NEAR_END = 1e-3
_FLAT = 1e-3
_NO_COST = 1e10
# CDNOW needs 100 evaluations; what needs more than this wanders along a ridge.
_PATIENCE = {"maxiter": 100, "maxfun": 300}

MinusLogLikelihood = Callable[[Floats], float]


def most_likely(cost: MinusLogLikelihood, starts: Sequence[Sequence[float]], *, least: float = 0.0) -> Floats:
    """Parameters, each above `least`, where `cost`, the mean of minus the log-likelihood over people, is least.

    Tried from each of `starts`, the first of which may be warm, until one search converges inside its bounds (L-BFGS-B
    on the logarithms: Byrd, Lu, Nocedal, Zhu 1995). Raises CannotPredict where none does.
    """
    from scipy import optimize

    def at(logs: Floats) -> float:
        value = cost(least + np.exp(logs))
        return value if np.isfinite(value) else _NO_COST

    for start in starts:
        logs = np.log(np.maximum(np.asarray(start, dtype=float) - least, np.exp(-_REACH)))
        with np.errstate(all="ignore"):
            found = optimize.minimize(  # type: ignore[call-overload]  # the stubs know no options of this method
                at, logs, method="L-BFGS-B", bounds=[(-_REACH, _REACH)] * len(logs), tol=1e-10, options=_PATIENCE
            )
        if _settled(found):
            return least + np.exp(np.asarray(found.x, dtype=float))
    raise CannotPredict(Why.NO_CONVERGENCE)


def _settled(found: object) -> bool:
    # A line search that ends at rounding (status 2) has converged where the slope is flat.
    x, slope = np.asarray(found.x), np.asarray(found.jac)  # type: ignore[attr-defined]
    inside = bool(np.all(np.abs(x) < _REACH - _NEAR_END))
    flat = bool(np.max(np.abs(slope)) < _FLAT)
    return inside and flat and float(found.fun) < _NO_COST  # type: ignore[attr-defined]
