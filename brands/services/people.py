from allauth.account.models import EmailAddress

from brands.models import User


def rename(*, user: User, name: str) -> None:
    """The name that colleagues in all the person's brands see."""
    user.name = name
    user.save(update_fields=["name"])


def forget_former_addresses(*, user: User) -> None:
    """After staff gave the account another address: only that one opens it, and it is still to be proved."""
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
