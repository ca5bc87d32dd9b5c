"""Segments: kept, changed, forgotten, and asked for before they are kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from analytics.choices import SegmentKind
from analytics.errors import SegmentInUse, TooManySegments
from analytics.models import Segment
from analytics.services import answers, people, segment_builds, segment_criteria
from analytics.services.segment_people import Finding, expanded, finding, made_of
from analytics.stores import people as stored
from brands import audit, events
from brands.errors import InvalidInput, NotFound
from brands.models import Brand
from brands.permissions import Actor, require, visible
from brands.services.conflicts import refused_as

CAPABILITY = "analytics.edit"
ONCE = "segment_name_once"
MOST_SEGMENTS = 200
SAMPLE = 5


def preview(*, actor: Actor, criteria: dict[str, Any], at: datetime) -> dict[str, Any]:
    """{people, of, sample, as_of}: how many the criteria mean, of how many, and a few of them. Nothing is kept but the
    answer, while the events are the same. Raises InvalidInput naming the condition."""
    asked = finding(brand_id=actor.brand_id, at=at)
    rests_on = expanded(criteria, asked.known)

    def compute() -> dict[str, Any]:
        found = asked.people(criteria).tolist()
        return {"people": len(found), "of": len(asked.everyone.person), "first": found[:SAMPLE], "as_of": at}

    moves = any(segment_criteria.moves_with_time(each) for each in _words(criteria, rests_on))
    answer = answers.kept(
        brand_id=actor.brand_id,
        kind="segment.preview",
        question={"made_of": made_of(criteria, asked)},
        version=asked.version,
        compute=compute,
        seconds=lambda _: answers.OPEN_SECONDS if moves else answers.KEPT_SECONDS,
    )
    first = answer.pop("first")
    return answer | {"sample": people.page(first, after=0, limit=SAMPLE)["people"]}


def create(*, actor: Actor, name: str, criteria: dict[str, Any], at: datetime, description: str = "") -> Segment:
    """A dynamic one, built at once. Raises InvalidInput naming the condition, or `name` when it is taken, and
    TooManySegments."""
    asked = _room_for_one_more(actor, at)
    now_of = made_of(criteria, asked)
    made = _new(actor, kind=SegmentKind.DYNAMIC, name=name, description=description, criteria=criteria, due_at=at)
    segment_builds.keep(segment=made, numbers=asked.people(criteria), asked=asked, now_of=now_of)
    record(actor, "segment.created", made)
    return made


def create_static(*, actor: Actor, name: str, numbers: Sequence[int], at: datetime, description: str = "") -> Segment:
    """Of these people as they are now. Raises InvalidInput naming `name` when it is taken, and TooManySegments."""
    asked = _room_for_one_more(actor, at)
    made = _new(actor, kind=SegmentKind.STATIC, name=name, description=description, due_at=at)
    segment_builds.add(made, numbers)
    recounted(made, asked)
    record(actor, "segment.created", made)
    return made


def change(*, actor: Actor, segment: Segment, at: datetime, **changes: Any) -> Segment:
    """Its name, description, or criteria: with these it is built anew. Raises as create does, and InvalidInput naming
    `criteria` for those of a static one or those that lead back to itself."""
    changed = sorted(name for name, value in changes.items() if getattr(segment, name) != value)
    if "criteria" in changed and segment_builds.is_static(segment):
        raise InvalidInput(fields={"criteria": ["A static segment has none."]})
    # Held until the commit, so that no two changes at once can make a circle.
    held_brand(actor)
    segment = held(actor, segment)
    asked = finding(brand_id=actor.brand_id, at=at)
    if "criteria" in changed:
        expanded(changes["criteria"], asked.known, own=segment.pk)
    if not changed:
        return segment
    for name in changed:
        setattr(segment, name, changes[name])
    with refused_as(**{ONCE: _taken()}):
        segment.save(update_fields=[*changed, "updated_at"])
    if "criteria" in changed:
        asked.known = {**asked.known, segment.pk: segment}
        _check_others(asked.known)
        segment_builds.refresh(segment=segment, asked=asked, always=True)
    record(actor, "segment.changed", segment, changed=changed)
    return segment


def refresh(*, actor: Actor, segment: Segment, at: datetime) -> Segment:
    """Built anew now, whatever it was made of."""
    require(actor, CAPABILITY, segment)
    segment_builds.refresh(segment=segment, asked=finding(brand_id=actor.brand_id, at=at), always=True)
    return segment


def delete(*, actor: Actor, segment: Segment) -> None:
    """Raises SegmentInUse when another rests on it."""
    held_brand(actor)
    segment = held(actor, segment)
    others = Segment.objects.exclude(criteria=None).exclude(pk=segment.pk)
    if users := [each.name for each in others if segment.pk in segment_criteria.segments(each.criteria)]:
        raise SegmentInUse(f"These refer to it: {', '.join(sorted(users))}.")
    record(actor, "segment.deleted", segment)
    segment.delete()


def members(*, segment: Segment) -> Sequence[int]:
    """Their numbers, ascending; whoever was merged since the segment was built, by whom they turned out to be."""
    found: list[int] = stored.members(brand_id=segment.brand_id, segment_id=segment.pk).tolist()
    return found


def recounted(segment: Segment, asked: Finding) -> None:
    """After people were put in by hand."""
    segment.people, segment.version = segment_builds.count(segment), asked.version
    segment.made_of, segment.built_at = made_of(None, asked), asked.at
    segment.build += 1
    segment.save(update_fields=["people", "version", "made_of", "built_at", "build", "updated_at"])


def held_brand(actor: Actor) -> Brand:
    found: Brand = Brand.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.brand_id)
    return found


def held(actor: Actor, segment: Segment) -> Segment:
    """As it is now, until the commit."""
    known = visible(actor, "analytics.view", Segment.objects.all())
    found: Segment | None = known.select_for_update(of=("self",)).filter(pk=segment.pk).first()
    if found is None:
        raise NotFound()
    require(actor, CAPABILITY, found)
    return found


def record(actor: Actor, action: str, segment: Segment, **details: Any) -> None:
    audit.record(actor=actor, action=action, obj=segment, name=segment.name, **details)
    payload = {"segment": str(segment.pk), "people": segment.people, **details}
    events.append(brand_id=segment.brand_id, type=action, payload=payload)


def _room_for_one_more(actor: Actor, at: datetime) -> Finding:
    """What others of the brand want to change waits for us until the commit."""
    require(actor, CAPABILITY, held_brand(actor))
    asked = finding(brand_id=actor.brand_id, at=at)
    if len(asked.known) >= MOST_SEGMENTS:
        raise TooManySegments(f"A brand keeps at most {MOST_SEGMENTS} segments.")
    return asked


def _new(actor: Actor, **facts: Any) -> Segment:
    made = Segment(brand_id=actor.brand_id, created_by_id=actor.person_id, **facts)
    with refused_as(**{ONCE: _taken()}):
        made.save(force_insert=True)
    return made


def _check_others(known: Mapping[UUID, Segment]) -> None:
    """Whatever rests on what was changed must still be one that can be built."""
    for each in known.values():
        try:
            expanded(each.criteria or {}, known)
        except InvalidInput as error:
            reason = f"Then {each.name}, which refers to it, would have too many conditions in all."
            raise InvalidInput(fields={"criteria": [reason]}) from error


def _words(criteria: dict[str, Any], rests_on: dict[UUID, Segment]) -> list[dict[str, Any]]:
    return [criteria, *(segment.criteria for segment in rests_on.values() if segment.criteria)]


def _taken() -> InvalidInput:
    return InvalidInput(fields={"name": ["Another segment of the brand has this name."]})
