"""Models that foretell: pure, seconds at most, and each says what it cannot tell (`refusals`).

Every model has `fit(…)`, which returns a frozen, finite, fitted object with `predict(…)`, `as_dict()`, `from_dict()`:
a fit is kept as JSON (`stored`), and the next one starts from it (`warm`). Heavy libraries are imported where they are
used: only the worker of analytics fits.
"""
