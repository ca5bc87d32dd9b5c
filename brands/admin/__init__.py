"""The staff admin of the kernel: brands, people, keys, the audit trail and the log of events."""

from brands.admin import api_keys, brands, invitations, logs, members, rights, secrets, users

__all__ = ["api_keys", "brands", "invitations", "logs", "members", "rights", "secrets", "users"]
