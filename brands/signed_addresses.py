"""Addresses that are credentials: whoever has one may read one file, for a while."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from brands.errors import NotFound

_EXPIRES = re.compile(r"[1-9][0-9]{0,11}")


@dataclass(frozen=True)
class SignedAddresses:
    """Of the files behind `route`, which takes `brand_id` and `pk`; `salt` keeps them apart from all others."""

    salt: str
    route: str

    def url(self, *, brand_id: UUID, pk: UUID, at: datetime, guest: str = "") -> str:
        """An absolute address that shows the file to whoever has it, for at most SIGNED_URL_SECONDS from `at`.

        The end is rounded, so that asking twice in a row gives one address and browsers can cache what is behind it.
        With `guest`, the id of a guest's session, it shows no longer than that guest may see the file.
        """
        expires = signed_until(at)
        path = reverse(self.route, kwargs={"brand_id": brand_id, "pk": pk})
        signature = self._signer().signature(_words(brand_id, pk, str(expires), guest))
        query = {"expires": expires, **({"guest": guest} if guest else {}), "signature": signature}
        return f"{settings.PUBLIC_URL}{path}?{urlencode(query)}"

    def check(self, *, brand_id: UUID, pk: UUID, expires: str, signature: str, at: datetime, guest: str = "") -> None:
        """NotFound for an address that was not signed here, was changed, or has ended."""
        if not _EXPIRES.fullmatch(expires) or not (signature + guest).isascii():
            raise NotFound()
        signer = self._signer()
        try:
            signer.unsign(f"{_words(brand_id, pk, expires, guest)}{signer.sep}{signature}")
        except signing.BadSignature as error:
            raise NotFound() from error
        if at.timestamp() >= int(expires):
            raise NotFound()

    def _signer(self) -> signing.Signer:
        return signing.Signer(salt=self.salt)


def signed_until(at: datetime) -> int:
    """When an address signed at `at` ends, in seconds since 1970: a half to a whole of SIGNED_URL_SECONDS later."""
    half = max(1, settings.SIGNED_URL_SECONDS // 2)
    return (int(at.timestamp()) // half + 2) * half


def _words(brand_id: UUID, pk: UUID, expires: str, guest: str) -> str:
    return "|".join(filter(None, (str(brand_id), str(pk), expires, guest)))
