"""Headers of answers that spend money.

    Spend-Limit-USD, Spend-Spent-USD, Spend-Reserved-USD      the brand's budget of this month
    Quota-Limit-USD, Quota-Spent-USD, Quota-Reserved-USD      the person's share of it
    Quota-Limit-Generations, Quota-Used-Generations

Plain decimals, one a header: RFC 9651's decimals end at a thousandth, prices at a millionth.
"""

from ai_studio.ledger import Spend

_USD = "USD, a decimal."
DESCRIPTIONS = {
    "Spend-Limit-USD": f"The brand's budget of this month. {_USD}",
    "Spend-Spent-USD": f"Spent of it. {_USD}",
    "Spend-Reserved-USD": f"Held for what waits and runs. {_USD}",
    "Quota-Limit-USD": f"Your share of this month. {_USD}",
    "Quota-Spent-USD": f"Spent of it. {_USD}",
    "Quota-Reserved-USD": f"Held for what waits and runs. {_USD}",
    "Quota-Limit-Generations": "How many you may make this month.",
    "Quota-Used-Generations": "How many of them wait, run or are done.",
}


def spend_headers(spend: Spend) -> dict[str, str]:
    values = (
        spend.budget_limit_usd,
        spend.budget_spent_usd,
        spend.budget_reserved_usd,
        spend.quota_limit_usd,
        spend.quota_spent_usd,
        spend.quota_reserved_usd,
        spend.quota_limit_generations,
        spend.quota_used_generations,
    )
    return {name: str(value) for name, value in zip(DESCRIPTIONS, values, strict=True)}
