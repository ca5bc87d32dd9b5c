from brands.models.api_key import ApiKey
from brands.models.audit_chain import AuditChain
from brands.models.audit_entry import AuditEntry
from brands.models.brand import Brand
from brands.models.domain_event import DomainEvent, EventSequence
from brands.models.idempotency_record import IdempotencyRecord
from brands.models.invitation import Invitation
from brands.models.membership import Membership
from brands.models.secret import Secret
from brands.models.user import User

__all__ = [
    "ApiKey",
    "AuditChain",
    "AuditEntry",
    "Brand",
    "DomainEvent",
    "EventSequence",
    "IdempotencyRecord",
    "Invitation",
    "Membership",
    "Secret",
    "User",
]
