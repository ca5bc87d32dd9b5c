from brands.models.api_key import ApiKey
from brands.models.audit_chain import AuditChain
from brands.models.audit_entry import AuditEntry
from brands.models.brand import Brand
from brands.models.domain_event import DomainEvent, EventSequence
from brands.models.grant import Grant, Restriction
from brands.models.group import Group, GroupMember
from brands.models.idempotency_record import IdempotencyRecord
from brands.models.invitation import Invitation
from brands.models.membership import Membership
from brands.models.role import CustomRole
from brands.models.secret import Secret
from brands.models.share_link import GuestSession, ShareLink
from brands.models.user import User

__all__ = [
    "ApiKey",
    "AuditChain",
    "AuditEntry",
    "Brand",
    "CustomRole",
    "DomainEvent",
    "EventSequence",
    "Grant",
    "Group",
    "GroupMember",
    "GuestSession",
    "IdempotencyRecord",
    "Invitation",
    "Membership",
    "Restriction",
    "Secret",
    "ShareLink",
    "User",
]
