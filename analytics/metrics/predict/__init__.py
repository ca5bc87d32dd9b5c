"""Models that foretell: pure, seconds at most, and each says what it cannot tell (`refusals`).

Every module has `fit(…)`, which returns a frozen, finite, fitted object with `predict(…)`, `as_dict()` and `from_dict()`
(`stored`), so that a fit is kept as JSON and the next one starts from it (`warm`). Heavy libraries are imported where
they are used: only the worker of analytics fits.
"""
