"""/metrics in the Prometheus text format: what all processes counted, and what PostgreSQL and Redis say now."""
