"""What people of the shop tend to do: the rates that a perfect analysis would find."""

from collections.abc import Mapping

import numpy as np

from analytics.metrics.stream import Floats

SOURCES: Mapping[str, float] = {"search": 0.38, "social": 0.24, "ads": 0.2, "newsletter": 0.1, "direct": 0.08}
COUNTRIES: Mapping[str, float] = {"FR": 0.5, "DE": 0.2, "BE": 0.12, "IT": 0.1, "ES": 0.08}
DEVICES: Mapping[str, float] = {"mobile": 0.6, "desktop": 0.33, "tablet": 0.07}
PAYMENTS: Mapping[str, float] = {"card": 0.75, "paypal": 0.18, "transfer": 0.07}
PROVIDERS: Mapping[str, float] = {"openai": 0.45, "replicate": 0.3, "local": 0.25}
# In USD: what the studio's events call a type, and what one costs.
TYPES: Mapping[str, float] = {"IMAGE_2D": 0.8, "MODEL_3D": 0.1, "ANIMATION": 0.06, "TEMPLATE": 0.04}
COSTS = np.array([0.05, 0.24, 0.4, 0.02])
PROVIDER_COSTS = np.array([1.2, 1.0, 0.0])
PRODUCTS: Mapping[str, str] = {
    "scarf": "45.00",
    "tote bag": "29.00",
    "cushion": "34.90",
    "lamp": "79.00",
    "vase": "59.90",
    "poster": "18.50",
    "mug": "16.00",
    "throw": "120.00",
}

# Of a visit: something is designed; a product is looked at, put into the cart (rather what one has designed), bought.
DESIGNS = 0.2
FAILS = 0.04
VIEWS = 0.62
CARTS, CARTS_DESIGNED = 0.36, 0.14
# By the checkout that they see, which is drawn for each person.
BUYS: Mapping[str, float] = {"A": 0.44, "B": 0.56}
BUYS_LESS_ON_MOBILE = 0.06
TWO_OF_IT = 0.15
JOINS = 0.3  # on the first visit

# While something is wrong.
SEEN_ON_MOBILE = 0.08
DEARER = 12.0
FAILS_WHEN_FAILING = 0.75
BUYS_WITH_BROKEN_CARDS = 0.02

# Of all events; `newsletter` and `wishlist` have good and bad days together, `support` has its own.
EXTRAS: Mapping[str, float] = {"newsletter_opened": 0.05, "wishlist_added": 0.035, "support_contacted": 0.02}
RELATED, UNRELATED = ("newsletter_opened", "wishlist_added"), "support_contacted"
GOOD_DAYS = 0.4  # the deviation of their logarithm
EXTRA_SHARE = sum(EXTRAS.values())

_RETURNS, _FADES = 0.2, 0.65


def comes_back(days: int) -> Floats:
    """The chance of a visit 1 to `days` days after the first one: a power law, so that some stay for good."""
    return np.asarray(_RETURNS * np.arange(1, days + 1) ** -_FADES)


def _events_of_a_visit() -> float:
    carts = CARTS + CARTS_DESIGNED * DESIGNS * (1 - FAILS)
    buys = sum(BUYS.values()) / len(BUYS) - BUYS_LESS_ON_MOBILE * DEVICES["mobile"]
    return 1 + 2 * DESIGNS + VIEWS * (1 + carts * (1 + buys))


# How many events are expected of it.
OF_A_VISIT = _events_of_a_visit()
OF_A_FIRST_VISIT = OF_A_VISIT + JOINS
