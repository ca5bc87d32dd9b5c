"""The walk: every route × method × actor at the victim's address, and the victim's ids wherever else ids go."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain, groupby
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.test import APIClient

from ai_studio import artifacts
from brands.models import Membership
from brands.tenancy.scope import brand_scope
from tests import factories, studio
from tests.isolation import watch
from tests.isolation.routes import WISH, Route, all_routes
from tests.isolation.world import IDEMPOTENCY_KEY, Person, World, make_world, people, renewed

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
READING = ("GET", "HEAD", "OPTIONS")
# Pages for people with browsers, which know no other method.
OUTSIDE_METHODS = tuple(method for method in METHODS if method != "HEAD")  # GET's answer without what might leak
PAGE_METHODS, PAGES = ("GET", "POST"), ("admin/", "accounts/", "auth/")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SERVER_ERROR, NOT_READY = 500, 503


@dataclass
class Findings:
    """How many requests were made, and what was wrong, in words."""

    probes: int = 0
    leaks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Probe:
    """One request. `refused_with`: the statuses it may have; None: any that is no server error."""

    actor: str
    client: APIClient
    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    refused_with: frozenset[int] | None = None
    sees_victim: bool = False

    def send(self) -> HttpResponse:
        data = "" if self.body is None else json.dumps(self.body)
        return self.client.generic(
            self.method, self.path, data, content_type="application/json", headers=self.headers or None
        )

    def __str__(self) -> str:
        return f"{self.actor}: {self.method} {self.path}"


def walk(
    *, methods: Sequence[str] = METHODS, names: Sequence[str] = (), outside: bool = True, part: int = 0, parts: int = 1
) -> Findings:
    """Attack a fresh victim, watching it after each group of attacks. `methods` and `names` (of actors) narrow the walk
    down; without `outside` it leaves routes that belong to no brand alone. `part` of `parts`: so that several processes
    share the routes."""
    world = make_world()
    findings = Findings()
    before = watch.marks(world.victim.id)
    for group, probes in _attacks(world, all_routes()[part::parts], outside=outside, with_ids=part == 0):
        for probe in probes:
            if probe.method in methods and (not names or probe.actor in names):
                findings.probes += 1
                findings.leaks += _judged(probe, probe.send(), world)
        after = watch.marks(world.victim.id)
        findings.leaks += [f"{group} changed {what}" for what in watch.changed(before, after)]
        before = after
    return findings


def _attacks(
    world: World, routes: list[Route], *, outside: bool, with_ids: bool
) -> Iterator[tuple[str, Iterable[Probe]]]:
    others = [route for route in routes if not route.in_brand and outside]
    # Each route and method that was asked makes metrics longer: they are asked while they are short.
    metrics = [route for route in others if route.name == "metrics"]
    yield from _attacks_outside(metrics, world)
    if with_ids:  # before attacks that, where they succeed, take the victim's own key away
        yield from _attacks_with_ids(world)
    actors = people(world)
    for route in routes:
        if route.in_brand:
            moved = _with_foreign_id(route, world) if route.entry.row else ()
            yield route.name, chain(_at_the_address(route, actors, world), moved, _within_the_brand(route, world))
    yield from _attacks_outside([route for route in others if route not in metrics], world)


def _attacks_with_ids(world: World) -> Iterator[tuple[str, Iterable[Probe]]]:
    """The victim's ids, cursors, signatures and keys elsewhere than in its addresses."""
    routes = all_routes()
    yield "cursors", _in_cursors(routes, world)
    yield "signed addresses", _in_signed_addresses(world)
    yield "bodies", _in_bodies(world)
    yield "filters", _in_filters(routes, world)
    yield "idempotency keys", _in_idempotency_keys(world)
    yield "write keys", _with_write_keys(routes, world)


def _attacks_outside(routes: list[Route], world: World) -> Iterator[tuple[str, Iterable[Probe]]]:
    actors = people(world)
    for start, group in groupby(routes, key=lambda route: route.pattern.partition("/")[0]):
        yield start, (probe for route in group for probe in _outside_brands(route, actors, world))


def _at_the_address(route: Route, actors: list[Person], world: World) -> Iterator[Probe]:
    path = route.path(str(world.victim.id), world.rows.get(route.entry.row, "1"))
    for actor in actors:
        for method in METHODS:
            if actor.reads and method in (*READING, *route.entry.readers_write):
                continue
            body, refused = route.entry.bodies.get(method), actor.expected
            if actor.is_guest and not route.entry.row:
                refused = None  # lists, of what the link shows
            if actor.insider and route.entry.about_oneself and method in READING:
                refused = None
            yield Probe(actor.name, actor.client, method, path, body, refused_with=refused, sees_victim=actor.insider)


def _outside_brands(route: Route, actors: list[Person], world: World) -> Iterator[Probe]:
    """Insiders are left out: what is theirs may be shown to them. Signing out is one of these routes: who was is
    signed in again for the next."""
    path = route.path(str(world.victim.id), world.rows.get(route.entry.row, "1"))
    is_page = route.pattern.startswith(PAGES)
    for number, actor in enumerate(actors):
        own = actor.insider or (actor.is_guest and route.entry.of_guests)
        if own or (is_page and not actor.uses_pages):
            continue
        for method in PAGE_METHODS if is_page else OUTSIDE_METHODS:
            yield Probe(actor.name, actor.client, method, path, route.entry.bodies.get(method))
        actors[number] = renewed(actor)


def _within_the_brand(route: Route, world: World) -> Iterator[Probe]:
    """What is restricted shows to the victim's own people nowhere, and to whoever asks for it by its id."""
    kept = {"generation": "kept", "failed": "kept", "artifact": "kept artifact"}.get(route.entry.row)
    for name, person in (("a viewer", world.victim.viewer), ("an editor", world.victim.editor)):
        client = factories.client_for(person)
        path = route.path(str(world.victim.id), world.rows.get(route.entry.row, "1"))
        yield Probe(name, client, "GET", path, sees_victim=True)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE") if kept else ():
            path = route.path(str(world.victim.id), world.rows[kept or ""])
            body = route.entry.bodies.get(method)
            yield Probe(name, client, method, path, body, refused_with=frozenset({403, 404, 405}), sees_victim=True)
    watch.forget_answers(world.victim.id)


def _in_bodies(world: World) -> Iterator[Probe]:
    """The victim's people, things, roles and groups in what the attacker gives at home."""
    client, rows = factories.client_for(world.attacker.owner), world.rows
    with brand_scope(world.attacker.brand):
        mine = str(Membership.objects.get(user=world.attacker.viewer).pk)
    theirs = {"resource_type": "AI_GENERATION", "resource_id": rows["generation"]}
    for method, path, body in (
        ("POST", "grants/", {"member": rows["membership"], "role": "VIEWER"}),
        ("POST", "grants/", {"group": rows["group"], "role": "VIEWER"}),
        ("POST", "grants/", {"member": mine, "custom_role": rows["role"]}),
        ("POST", "grants/", {"member": mine, "role": "VIEWER", **theirs}),
        ("PATCH", f"members/{mine}/", {"custom_role": rows["role"]}),
        ("POST", "invitations/", {"email": "an@attack.example", "custom_role": rows["role"]}),
        ("GET", f"permissions/explain/?capability=asset.view&member={rows['membership']}", None),
        ("GET", f"permissions/explain/?capability=asset.view&group={rows['group']}", None),
        ("GET", f"resources/AI_GENERATION/{rows['generation']}/restriction/", None),
        ("PUT", f"resources/AI_GENERATION/{rows['generation']}/restriction/", {"restricted": True}),
    ):
        refused = frozenset({400, 404})
        yield Probe("another brand's owner", client, method, world.attacker.url + path, body, refused_with=refused)


def _with_foreign_id(route: Route, world: World) -> Iterator[Probe]:
    """The victim's id at the attacker's own address, and the attacker's at the victim's."""
    theirs, ours = world.rows[route.entry.row], str(world.own.pk)
    client = _attacker(route, world)
    for brand, row in ((world.attacker.id, theirs), (world.victim.id, ours)):
        for method in METHODS[:2] + METHODS[3:]:
            body = route.entry.bodies.get(method)
            refused = frozenset({404, 405})
            yield Probe("another brand's key", client, method, route.path(str(brand), row), body, refused_with=refused)


def _attacker(route: Route, world: World) -> APIClient:
    return factories.client_for(world.attacker.owner if route.entry.of_people else world.attacker.key)


def _in_filters(routes: list[Route], world: World) -> Iterator[Probe]:
    """Ids of the victim narrow the attacker's lists to nothing, or are refused like any unknown id."""
    for route in routes:
        client = _attacker(route, world)
        for filter_ in route.entry.filters:
            parameter, _, row = filter_.rpartition("=")
            path = route.path(str(world.attacker.id), "1")
            yield Probe("another brand's key", client, "GET", f"{path}?{parameter}={world.rows[row]}")


def _in_cursors(routes: list[Route], world: World) -> Iterator[Probe]:
    """A cursor that the victim's list gave."""
    owner, client = factories.client_for(world.victim.key), factories.client_for(world.attacker.key)
    for name in (
        "ai:generation-list",
        "ai:tags",
        "ai:prompt-template-list",
        "ai:ledger",
        "audit",
        "members",
        "api-keys",
        "analytics:events",
        "analytics:event-names",
        "analytics:dead-letters",
    ):
        route = next(route for route in routes if route.name == name)
        page = owner.get(route.path(str(world.victim.id), ""), {"limit": 1}).json()
        assert page.get("next"), f"{name} has one page only: {page}"
        query = page["next"].partition("?")[2]
        yield Probe("another brand's key", client, "GET", f"{route.path(str(world.attacker.id), '')}?{query}")


def _in_signed_addresses(world: World) -> Iterator[Probe]:
    """Signatures that were made for another file, another brand, another time, or by nobody."""
    now = timezone.now()
    with brand_scope(world.attacker.brand):
        own = world.own.artifacts.all()[0]
    with brand_scope(world.victim.brand):
        theirs = world.generation.artifacts.all()[0]
    mine, good = (_path(artifacts.signed_url(artifact, at=now)) for artifact in (own, theirs))
    late = _path(artifacts.signed_url(theirs, at=now - timedelta(days=1)))
    swapped = [
        mine.replace(str(own.pk), str(theirs.pk)),
        mine.replace(str(own.brand_id), str(theirs.brand_id)),
        mine.replace(str(own.pk), str(theirs.pk)).replace(str(own.brand_id), str(theirs.brand_id)),
        good.replace(str(theirs.brand_id), str(own.brand_id)),
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        re.sub(r"expires=\d+", "expires=99999999999", good),
        re.sub(r"signature=.*", "signature=", good),
        late,
    ]
    for actor, client in (
        ("anonymous", APIClient()),
        ("another brand's key", factories.client_for(world.attacker.key)),
    ):
        for path in swapped:
            for method in ("GET", "HEAD"):
                yield Probe(actor, client, method, path, refused_with=frozenset({404}))


def _in_idempotency_keys(world: World) -> Iterator[Probe]:
    """The victim's key at the attacker's address is a new key; at the victim's it opens nothing."""
    headers = {"Idempotency-Key": IDEMPOTENCY_KEY}
    client = factories.client_for(world.attacker.owner)
    yield Probe("another brand's owner", client, "POST", studio.url(world.attacker, "generations/"), WISH, headers)
    victims = studio.url(world.victim, "generations/")
    yield Probe("another brand's owner", client, "POST", victims, WISH, headers, refused_with=frozenset({404}))


def _with_write_keys(routes: list[Route], world: World) -> Iterator[Probe]:
    """Events that name the victim wherever they can, under a key of another brand, and under the victim's own keys that
    are no write keys, or none any more."""
    victim = str(world.victim.id)
    event = {"event": "an attack", "type": "track", "distinct_id": victim, "userId": victim, "brand_id": victim}
    for route in routes:
        if not route.name.endswith("-capture"):
            continue
        path = route.path(victim, "1")
        for name, key, status in (
            ("another brand's write key", world.write_key, 200),
            ("a key that may do all", world.victim.key, 403),
            ("a key with too little scope", world.powerless, 403),
            ("a removed member's key", world.stranger_key, 403),
            ("a revoked key", world.revoked, 401),
        ):
            body = {"api_key": key.token, "writeKey": key.token, "brand": victim, "batch": [event], **event}
            yield Probe(name, APIClient(), "POST", path, body, refused_with=frozenset({status}))


def _judged(probe: Probe, response: HttpResponse, world: World) -> Iterator[str]:
    expected = probe.refused_with
    if response.status_code >= SERVER_ERROR and response.status_code != NOT_READY:
        yield f"{probe} answered {response.status_code}"
    elif expected is not None and response.status_code not in expected:
        yield f"{probe} answered {response.status_code}, not {sorted(expected)}"
    if response.headers.get("Idempotent-Replayed"):
        yield f"{probe} was given another's answer"
    if probe.sees_victim and (kept := _kept(probe, response, world)):
        yield f"{probe} was shown {kept}, which is restricted"
    if not probe.sees_victim and (seen := _seen(probe, response, world)):
        yield f"{probe} was shown {seen}"


def _seen(probe: Probe, response: HttpResponse, world: World) -> list[str]:
    """The victim's secrets and ids in an answer, those that the request itself named left out."""
    text = _text(response)
    asked = probe.path + json.dumps(probe.body)
    ids = set(_UUID.findall(text)) & set(world.rows.values())
    return [secret for secret in world.secrets if secret in text] + [id_ for id_ in ids if id_ not in asked]


def _kept(probe: Probe, response: HttpResponse, world: World) -> list[str]:
    """What is restricted in an answer to the victim's own people, but for the id that they asked with."""
    text = _text(response)
    return [said for said in world.restricted if said in text and said not in probe.path]


def _text(response: HttpResponse) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return headers + body.decode("latin-1")


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def same_answer_for_foreign_and_missing(world: World, ask: Callable[[str], HttpResponse], row: str) -> bool:
    """Nobody can tell a row of another brand from one that does not exist."""
    foreign, missing = world.rows[row], str(uuid4())
    answers = [(ask(id_).status_code, _anonymised(_text(ask(id_)), id_)) for id_ in (foreign, missing)]
    return answers[0] == answers[1]


def _anonymised(text: str, id_: str) -> str:
    return _UUID.sub("id", re.sub(r"t=\d+|r=\d+", "", text.replace(id_, "id")))
