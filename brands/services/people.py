from brands.models import User


def rename(*, user: User, name: str) -> None:
    """The name that colleagues in all the person's brands see."""
    user.name = name
    user.save(update_fields=["name"])
