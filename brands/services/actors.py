"""From a credential to an actor, with the rights it has at this moment."""

from uuid import UUID

from brands.choices import ActorKind
from brands.errors import NotFound
from brands.models import Membership, User
from brands.permissions import Actor, capabilities_of, scoped
from brands.services.api_keys import Credential


def for_user(*, brand_id: UUID, user: User) -> Actor:
    """Must run in the brand's scope. NotFound for whoever is not a member: the brand does not exist to them."""
    membership = Membership.objects.filter(user=user).first()
    if membership is None:
        raise NotFound()
    rights = capabilities_of(membership.role)
    return Actor(ActorKind.USER, str(user.pk), user.email, brand_id, rights, user.pk, membership.role, membership.pk)


def for_key(*, brand_id: UUID, credential: Credential) -> Actor:
    """The key's scopes ∩ the present rights of the person who made it."""
    if credential.brand_id != brand_id:
        raise NotFound()
    creator = for_user(brand_id=brand_id, user=credential.user)
    return Actor(
        ActorKind.API_KEY,
        str(credential.key_id),
        credential.name,
        brand_id,
        scoped(creator.capabilities, credential.scopes),
        credential.user.pk,
        creator.role,
        creator.membership_id,
    )
