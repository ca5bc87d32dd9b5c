"""Exact versions: what a resource is at this moment, with the hash of its file or of what is known of it."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.text import Truncator

from ai_studio import artifacts
from ai_studio.choices import Status
from ai_studio.models import Artifact, Generation
from brands import registry, resources
from brands.errors import InvalidInput, NotFound
from brands.permissions import Actor
from collaboration.models import ReviewItem
from collaboration.models.review_item import GENERATION
from collaboration.reviews.errors import ItemDamaged

MAX_TITLE = 200
CAPABILITY = "review.request"
_KEPT = (
    "resource_type", "resource_id", "title", "version", "sha256", "facts", "cost_usd", "artifact_id", "media_type",
    "size_bytes",
)  # fmt: skip
Key = tuple[str, UUID]


@dataclass(frozen=True)
class Wanted:
    """A resource to be reviewed; of a generation its result, or one of its other files."""

    resource_type: str
    resource_id: UUID
    artifact_id: UUID | None = None

    @property
    def key(self) -> Key:
        return self.resource_type, self.resource_id


@dataclass(frozen=True)
class Frozen:
    """What becomes a ReviewItem. `facts` are JSON, `sha256` is the file's or theirs."""

    key: Key
    title: str
    version: str
    sha256: str
    facts: dict[str, Any]
    cost_usd: Decimal | None = None
    artifact: Artifact | None = field(default=None, compare=False)

    def as_item(self) -> dict[str, Any]:
        file = self.artifact
        return {
            "resource_type": self.key[0],
            "resource_id": self.key[1],
            "title": self.title,
            "version": self.version,
            "sha256": self.sha256,
            "facts": self.facts,
            "cost_usd": self.cost_usd,
            "artifact_id": file and file.pk,
            "media_type": file.media_type if file else "",
            "size_bytes": file and file.size_bytes,
        }


def freeze(*, actor: Actor, wanted: Sequence[Wanted]) -> list[Frozen]:
    """Each as it is now. Two queries for each type.

    Raises InvalidInput naming `items.<n>.<field>` for what the actor may not see or ask reviews of, what is not ready,
    and what is there twice.
    """
    rows = {kind: _rows(actor, kind, wanted) for kind in {each.resource_type for each in wanted}}
    frozen: list[Frozen] = []
    wrong: dict[str, list[str]] = {}
    for number, each in enumerate(wanted):
        try:
            _check_once(each, wanted[:number])
            frozen.append(_frozen(each, rows[each.resource_type].get(each.resource_id)))
        except InvalidInput as error:
            wrong |= {f"items.{number}.{name}": sentences for name, sentences in error.fields.items()}
    if wrong:
        raise InvalidInput(fields=wrong)
    return frozen


def proofs(frozen: Sequence[Frozen]) -> dict[UUID, str]:
    """The hash that each artifact's stored file has now. Reads the files: not in a transaction.

    Raises ArtifactGone, StorageAway.
    """
    return {each.artifact.pk: artifacts.stored_sha256(each.artifact) for each in frozen if each.artifact}


def check(frozen: Sequence[Frozen], proven: Mapping[UUID, str]) -> None:
    """Raises ItemDamaged when a stored file is not what its artifact says, or was not looked at."""
    for each in frozen:
        if each.artifact and proven.get(each.artifact.pk) != each.artifact.sha256:
            raise ItemDamaged(artifact=str(each.artifact.pk))


def sha256_of(frozen: Sequence[Frozen]) -> str:
    """Of a round: all its items in their order, with hash, facts and cost."""
    return digest([_document(each.as_item()) for each in frozen])


def sha256_of_items(items: Sequence[ReviewItem]) -> str:
    """The same of what was kept, in its order."""
    return digest([as_document(item) for item in items])


def as_document(item: ReviewItem) -> dict[str, Any]:
    """What of an item is in the hash of its round."""
    return _document({name: getattr(item, name) for name in _KEPT})


def _document(item: Mapping[str, Any]) -> dict[str, Any]:
    cost: Decimal | None = item["cost_usd"]
    return {**item, "cost_usd": None if cost is None else f"{cost:.6f}"}


def digest(document: Any) -> str:
    """SHA-256 of canonical JSON: keys in order, no spaces."""
    text = json.dumps(document, cls=DjangoJSONEncoder, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def changed(items: Sequence[ReviewItem]) -> set[UUID]:
    """Of items without a file, those whose resource is another now, or gone: their ids. A query for each type."""
    wanted = [item for item in items if item.resource_type != GENERATION]
    found: set[UUID] = set()
    for kind in {item.resource_type for item in wanted}:
        mine = [item for item in wanted if item.resource_type == kind]
        rows = _by_id(registry.model_of(kind)._default_manager.filter(pk__in=[item.resource_id for item in mine]))
        found |= {item.pk for item in mine if _sha256_now(rows.get(item.resource_id)) != item.sha256}
    return found


def _sha256_now(row: Any) -> str:
    return "" if row is None else digest(_facts_of_any(row))


def _rows(actor: Actor, kind: str, wanted: Sequence[Wanted]) -> dict[UUID, Any]:
    """Of one type, by id: those that one may see and ask reviews of. Nothing for what cannot be reviewed."""
    ids = [each.resource_id for each in wanted if each.resource_type == kind]
    try:
        resource_type = registry.known(kind)
    except NotFound:
        return {}
    if kind in {container.type for container in resources.containers()}:
        return {}  # a set is no version of anything
    seen = registry.seen(actor=actor, resource_type=resource_type).filter(pk__in=ids)
    asked = registry.seen(actor=actor, resource_type=resource_type, capability=CAPABILITY).filter(pk__in=ids)
    allowed = set(asked.values_list("pk", flat=True))
    if kind == GENERATION:
        seen = seen.prefetch_related("artifacts")
    return {pk: row for pk, row in _by_id(seen).items() if pk in allowed}


def _check_once(wanted: Wanted, before: Sequence[Wanted]) -> None:
    if wanted.key in {each.key for each in before}:
        raise InvalidInput(fields={"resource_id": ["It is there already."]})


def _by_id(rows: Any) -> dict[UUID, Any]:
    return {row.pk: row for row in rows}


def _frozen(wanted: Wanted, row: Any) -> Frozen:
    if row is None:
        raise InvalidInput(fields={"resource_id": ["Not found."]})
    how: Callable[[Wanted, Any], Frozen] = _generation if wanted.resource_type == GENERATION else _any
    return how(wanted, row)


def _generation(wanted: Wanted, generation: Generation) -> Frozen:
    if generation.status != Status.COMPLETED:
        raise InvalidInput(fields={"resource_id": ["It is not completed."]})
    if wanted.artifact_id is None:
        file = generation.result
    else:
        file = next((each for each in generation.artifacts.all() if each.pk == wanted.artifact_id), None)
    if file is None:
        raise InvalidInput(fields={"artifact": ["Not found."]})
    facts = {
        "type": generation.type,
        "prompt": generation.prompt,
        "negative_prompt": generation.negative_prompt,
        "provider": generation.provider,
        "model": generation.model,
        "quality": generation.quality,
        "parameters": generation.parameters,
        "file": file.name,
        "made_for": generation.distinct_id or f"user:{generation.user_id}",
        "completed_at": generation.completed_at,
    }
    title, version = _title(generation.prompt), str(generation.version)
    return Frozen(wanted.key, title, version, file.sha256, plain(facts), generation.cost_usd, file)


def _any(wanted: Wanted, row: Model) -> Frozen:
    if wanted.artifact_id is not None:
        raise InvalidInput(fields={"artifact": ["Only generations have files."]})
    facts = _facts_of_any(row)
    title = _title(str(getattr(row, registry.known(wanted.resource_type).title_field)))
    return Frozen(wanted.key, title, str(facts.get("version", "")), digest(facts), facts)


def _facts_of_any(row: Model) -> dict[str, Any]:
    """All that is stored of it, but when it was last touched."""
    fields = [each for each in row._meta.concrete_fields if not getattr(each, "auto_now", False)]
    return plain({each.attname: each.value_from_object(row) for each in fields if each.attname != "brand_id"})


def _title(text: str) -> str:
    return Truncator(text).chars(MAX_TITLE)


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON gives it back, so that hashing it again gives the same."""
    decoded: dict[str, Any] = json.loads(json.dumps(facts, cls=DjangoJSONEncoder))
    return decoded
