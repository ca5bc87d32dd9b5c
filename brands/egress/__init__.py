"""The only place that opens connections to addresses that tenants or providers name.

Libraries were looked at first. requests-hardened checks one of the resolved addresses, knows no NAT64, 6to4 or Teredo,
has no cap on time or size, and does not look at the connected peer; Advocate is no longer kept.
"""

from brands.egress.errors import EgressError, EgressFailed, EgressRefused
from brands.egress.fetching import fetch
from brands.egress.network import Network
from brands.egress.received import Fetched
from brands.egress.session import session
from brands.egress.telling import check, tell

__all__ = ["EgressError", "EgressFailed", "EgressRefused", "Fetched", "Network", "check", "fetch", "session", "tell"]
