"""The live stream of a real server, over real sockets."""

from brands import events
from brands.tenancy.scope import brand_scope
from tests.factories import Tenant
from tests.listening import Listener


def listen(url: str, tenant: Tenant, query: str = "", **headers: str) -> Listener:
    headers.setdefault("Authorization", f"Bearer {tenant.key.token}")
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Listener(url, f"{tenant.url}collaboration/stream/{query}", names)


def happens(tenant: Tenant, type_: str = "prompt.tried", **payload: object) -> int:
    with brand_scope(tenant.brand):
        return events.append(brand_id=tenant.id, type=type_, payload=payload)


def test_what_happens_is_told_as_it_happens(live_url: str, ours: Tenant) -> None:
    with listen(live_url, ours) as stream:
        assert stream.status == 200
        first = next(stream.frames())
        seq = happens(ours, thing="größer")
        (told,) = stream.events(1)
    assert int(first.retry) >= 1000
    assert (told.seq, told.type, told.data["payload"]) == (seq, "prompt.tried", {"thing": "größer"})
    assert set(told.data) == {"seq", "type", "payload", "at"}
