"""Which metrics move together beyond trend, season and memory."""
