"""Who comes back: `presence` finds out who was where, `table` counts it with intervals."""
