"""A metric over the next days, with the interval that its own back-test earns."""
