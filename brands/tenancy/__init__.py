"""Isolation of brands: scope, default-deny managers, row-level security, composite keys, database roles."""
