"""Two brands full of canaries, and requests made up from the schema, each brand's people and keys in turn."""

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.urls import Resolver404, resolve
from drf_spectacular.generators import SchemaGenerator
from schemathesis.engine import from_schema
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from tests import factories
from tests.isolation.routes import IN_BRAND
from tests.isolation.world import World, make_world

SERVER_ERROR, UNAUTHENTICATED = 500, 401
ENDLESS = "/stream/"
PHASES = ("examples", "coverage", "fuzzing", "stateful")
# Of the time of each brand; whatever a phase does not use is left out.
SHARES = {"fuzzing": 0.5, "stateful": 0.5}
CASES_PER_OPERATION = 6
CSRF = "a" * 32
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass
class Seen:
    """What was asked, and what should not have been answered, each once with an example."""

    cases: int = 0
    stateful: int = 0
    own_reads: int = 0  # answers with the asker's own words: without any, nothing could have shown the other's
    operations: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    server_errors: dict[str, str] = field(default_factory=dict)
    foreign_reads: dict[str, str] = field(default_factory=dict)


@dataclass
class Asker:
    """A brand that asks: with its owner's session or a key, at its own address or at the other brand's."""

    own: World
    other: World
    chance: random.Random
    seen: Seen

    def __post_init__(self) -> None:
        self.come_anew()

    def come_anew(self) -> None:
        """Requests end sessions and revoke keys, as they may."""
        session = factories.client_for(self.own.victim.owner).cookies["sessionid"].value
        person = {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
        self.ways = [person, {"Authorization": f"Bearer {self.own.victim.key_with('*').token}"}]

    def before_call(self, context: Any, case: Any, kwargs: Any) -> None:
        for name in ("Authorization", "Cookie", "X-CSRFToken", "X-Session-Token"):
            case.headers.pop(name, None)
        case.cookies.clear()
        case.headers.update(self.chance.choice(self.ways))
        self._address(case)
        for part in ("query", "body"):
            if isinstance(given := getattr(case, part), (dict, list)):
                setattr(case, part, self._with_ids(given))

    def after_call(self, context: Any, case: Any, response: Any) -> None:
        seen, operation = self.seen, f"{case.method} {case.path}"
        seen.cases += 1
        seen.operations.add(operation)
        seen.statuses[response.status_code] += 1
        asked = f"{response.request.url} {response.request.body!r}"
        if response.status_code >= SERVER_ERROR:
            seen.server_errors.setdefault(f"{operation} answered {response.status_code}", asked[:1000])
        shown = f"{response.headers}{response.content.decode('latin-1')}"
        seen.own_reads += self.own.canary in shown
        for secret in (self.other.canary, self.other.canary.lower()):
            if secret in shown and secret not in asked:
                seen.foreign_reads.setdefault(f"{operation} showed {secret}", asked[:1000])
        if response.status_code == UNAUTHENTICATED:
            self.come_anew()

    def after_network_error(self, context: Any, case: Any, request: Any) -> None:
        self.seen.server_errors.setdefault(f"{case.method} {case.path} did not answer", str(request.url)[:1000])

    def _address(self, case: Any) -> None:
        """Mostly real rows, of either brand: an id that nobody has is answered before much has happened."""
        given = case.path_parameters
        if "brand_id" not in given:
            return
        brand = self._either(9)
        given["brand_id"] = str(brand.victim.id)
        row = self._row(case)
        if row and "id" in given and self.chance.random() < 0.6:
            given["id"] = self._either(3).rows[row]

    def _row(self, case: Any) -> str:
        try:
            known = dict.fromkeys(case.path_parameters, self.own.rows["brand"])
            return IN_BRAND[resolve(case.path.format_map(known)).view_name].row
        except (KeyError, Resolver404):
            return ""

    def _either(self, own: int) -> World:
        """Mine, `own` times of `own` + 1."""
        return self.own if self.chance.randrange(own + 1) else self.other

    def _with_ids(self, given: Any) -> Any:
        """The same with some of the ids replaced by those of rows that there are."""
        if isinstance(given, dict):
            return {name: self._with_ids(value) for name, value in given.items()}
        if isinstance(given, list):
            return [self._with_ids(value) for value in given]
        if isinstance(given, str) and _UUID.fullmatch(given) and self.chance.random() < 0.7:
            return self.chance.choice(list(self._either(3).rows.values()))
        return given


def fuzz(url: str, *, seconds: int, seed: int) -> Seen:
    worlds, seen = (make_world(), make_world()), Seen()
    described = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    paths = [(path, how) for path, how in described["paths"].items() if not path.endswith(ENDLESS)]
    # The second brand asks the other way round: where time is short, what the first did not come to.
    for number, own, other, ordered in ((seed, *worlds, paths), (seed + 1, *worlds[::-1], paths[::-1])):
        described["paths"] = dict(ordered)
        asker = Asker(own, other, random.Random(number), seen)  # noqa: S311 - repeatable, not secret
        for phase, share in SHARES.items():
            before = seen.cases
            schema = schemathesis.openapi.from_dict(described, config=_config(url, phase, seconds * share / 2, number))
            with _hooked(asker):
                for _ in from_schema(schema).execute():
                    pass
            seen.stateful += seen.cases - before if phase == "stateful" else 0
    return seen


@contextmanager
def _hooked(asker: Asker) -> Iterator[None]:
    """schemathesis knows hooks before a call for all schemas only."""
    hooks = [asker.before_call, asker.after_call, asker.after_network_error]
    for hook in hooks:
        GLOBAL_HOOK_DISPATCHER.register_hook_with_name(hook, hook.__name__)
    try:
        yield
    finally:
        for hook in hooks:
            GLOBAL_HOOK_DISPATCHER.unregister(hook)


def _config(url: str, phase: str, seconds: float, seed: int) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "seed": seed,
            "max-time": max(1, round(seconds)),
            "base-url": url,
            "continue-on-failure": True,
            "request-timeout": 30,
            "checks": {"enabled": False},  # each answer is judged by Asker
            "cache": {"enabled": False},
            "phases": {
                name: {"enabled": name == phase} | ({"operation-ordering": "none"} if name == "fuzzing" else {})
                for name in PHASES
            },
            "generation": {"max-examples": CASES_PER_OPERATION, "no-shrink": True, "database": "none"},
        }
    )
