"""Events coming in: one adapter for each wire format, one way into the store."""
