"""Whether this installation lives and may be given work: /health/live, /health/ready, and probes for containers."""
