"""Files behind signed addresses."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import connection
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from brands.api.base import AtelierAPIView, BrandAPIView
from brands.errors import NotFound
from brands.permissions import Actor
from brands.services import actors, guests
from brands.signed_addresses import SignedAddresses


class SignedFileView(BrandAPIView):
    """A file, with credentials or with the signature of one of `addresses` that this API gave away."""

    addresses: ClassVar[SignedAddresses]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        # The file is sent after this: a slow reader must not keep a database connection.
        if not connection.in_atomic_block:
            connection.close()
        return response

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [] if self.is_signed else super().get_authenticators()

    def perform_content_negotiation(self, request: Request, force: bool = True) -> Any:  # noqa: FBT001, FBT002
        """An <img> accepts images only; errors are JSON all the same."""
        return super().perform_content_negotiation(request, force=True)

    def check_permissions(self, request: Request) -> None:
        if not self.is_signed:
            return super().check_permissions(request)
        return self.addresses.check(
            brand_id=self.kwargs["brand_id"],
            pk=self.kwargs["pk"],
            expires=request.query_params.get("expires", ""),
            signature=request.query_params["signature"],
            at=timezone.now(),
            guest=request.query_params.get("guest", ""),
        )

    def check_throttles(self, request: Request) -> None:
        if not self.is_signed:
            return super().check_throttles(request)
        # A signature has no actor, whose capabilities the brand's views check behind the throttles.
        return AtelierAPIView.check_throttles(self, request)

    @property
    def is_signed(self) -> bool:
        # Django's request, DRF's around it, or None while the schema is made: all but the last have GET.
        return "signature" in getattr(self.request, "GET", ())

    def reader(self) -> Actor | None:
        """Whoever asks with credentials, or the guest to whom the address was given; None for anybody. Revoking a link
        ends the addresses that its guests were given, too: then NotFound."""
        if not self.is_signed:
            return self.actor
        guest = self.request.query_params.get("guest", "")
        if not guest:
            return None
        credential = guests.living(UUID(guest))  # an id, for it was signed
        if credential is None:
            raise NotFound()
        return actors.for_guest(brand_id=credential.brand_id, credential=credential)
