"""What a caller hears. Neither tells more of an address than its host: paths and queries may hold keys."""

from brands.errors import AtelierError


class EgressError(AtelierError):
    """`reason` is a stable code. `sent`: the request had begun to leave, so the other side may have acted on it."""

    def __init__(self, reason: str, detail: str, *, sent: bool = False) -> None:
        super().__init__(detail, reason=reason)
        self.reason = reason
        self.sent = sent


class EgressRefused(EgressError):
    """Trying again cannot help: the address or what came from it is not let through."""

    status = 400
    code = "egress_refused"
    title = "This address is not allowed"


class EgressFailed(EgressError):
    """Trying again may help: nobody answered, or not in time, or not to the end."""

    status = 502
    code = "egress_failed"
    title = "The address did not answer"
