"""How much one question may hold. Without numpy: web reads this as it starts."""

LEAST_STEPS, MOST_STEPS = 2, 20
MOST_EXCLUSIONS = 20
