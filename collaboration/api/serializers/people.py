"""Who wrote, as far as the reader may know them. The context brings the `actor`."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

MEMBER, GUEST = "MEMBER", "GUEST"


class AuthorSerializer(serializers.Serializer[Any]):
    """A member, or a guest of a share link. Guests are told members' names, not their ids and addresses."""

    kind = serializers.ChoiceField([MEMBER, GUEST])
    id = serializers.IntegerField(allow_null=True, help_text="Of the member; null for guests, and to guests.")
    name = serializers.CharField()


@extend_schema_field(AuthorSerializer)
class AuthorField(serializers.Field[Any, Any, Any, Any]):
    """Of a row with `user` and `guest`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, row: Any) -> dict[str, Any]:
        if row.user_id is None:
            return {"kind": GUEST, "id": None, "name": str(row.guest)}
        return member(row.user, to_guest=self.context["actor"].is_guest)


def member(user: Any, *, to_guest: bool) -> dict[str, Any]:
    if to_guest:
        return {"kind": MEMBER, "id": None, "name": user.name or "Member"}
    return {"kind": MEMBER, "id": user.pk, "name": str(user)}
