"""Reviews: asked of exact versions, decided step by step."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from ai_studio.models import Artifact, Generation
from analytics.ingest import studio as studio_events
from analytics.models import AnalyticsReport
from brands.choices import Role
from brands.errors import Forbidden, InvalidInput, NotFound
from brands.models import CustomRole, DomainEvent, Grant, Group, GroupMember, Membership, Restriction
from brands.permissions import visible
from brands.services import members
from brands.tenancy.models import new_id
from brands.tenancy.scope import brand_scope
from collaboration.models import Review, ReviewDecision, ReviewItem, ReviewRound, ReviewStep
from collaboration.reviews import asking_again, changing, deciding, reading, reminding
from collaboration.reviews.asking_again import Replacement
from collaboration.reviews.changing import StepChange
from collaboration.reviews.errors import DecidedAlready, ItemDamaged, NotInTurn, Outdated, ReviewEnded
from collaboration.reviews.freezing import Wanted
from collaboration.reviews.policies import Requirement, StepWanted
from tests import reviews, studio
from tests.factories import Tenant, actor_for
from tests.guests import guest_of
from tests.reviews import ask, decide, told


@pytest.fixture
def made(ours: Tenant) -> Generation:
    return studio.finished(ours, prompt="a red mug", distinct_id="ann")


def version_of(tenant: Tenant, generation: Generation, **facts: object) -> Generation:
    return studio.finished(
        tenant, parent=generation, parent_kind="VERSION", version=generation.version + 1, prompt="redder", **facts
    )


def test_what_is_asked_about_is_frozen_and_outlives_the_generation(ours: Tenant, made: Generation) -> None:
    review = ask(ours, made)
    with brand_scope(ours.brand):
        item = ReviewItem.objects.get()
        assert item.sha256 == made.result.sha256
        assert item.cost_usd == Decimal("0.08")
        assert item.facts["parameters"]["seed"] == made.seed
        Generation.objects.filter(pk=made.pk).update(cost_usd=7, quality="high")
        Artifact.objects.all().delete()
        Generation.objects.all().delete()
        kept = reading.read(actor=ours.actor("VIEWER"), review_id=review.pk, at=timezone.now()).rounds[0].items
        assert [(each.sha256, each.facts, each.cost_usd) for each in kept] == [(item.sha256, item.facts, item.cost_usd)]


def test_a_file_that_is_not_what_was_made_is_not_asked_about(ours: Tenant, made: Generation) -> None:
    with brand_scope(ours.brand):
        key = made.artifacts.get(role="RESULT").storage_key
    with default_storage.open(key, "wb") as file:
        file.write(b"another picture")
    with pytest.raises(ItemDamaged):
        ask(ours, made)


def test_the_database_takes_no_item_with_a_hash_that_no_artifact_has(ours: Tenant, made: Generation) -> None:
    ask(ours, made)
    with brand_scope(ours.brand):
        item = ReviewItem.objects.get()
        item.pk, item.position, item.sha256 = new_id(), 1, "0" * 64
        with pytest.raises(IntegrityError, match="no artifact of this generation"), transaction.atomic():
            item.save(force_insert=True)


def test_only_what_one_sees_and_is_ready_can_be_asked_about(ours: Tenant, theirs: Tenant, made: Generation) -> None:
    running, foreign, hidden = studio.generation(ours), studio.finished(theirs), studio.finished(ours)
    collection = studio.collection(ours, made, visibility="BRAND")
    with brand_scope(ours.brand):
        Restriction.objects.create(brand=ours.brand, resource_type="AI_GENERATION", resource_id=hidden.pk)
    items = [Wanted("AI_GENERATION", each.pk) for each in (running, foreign, hidden, made, made)]
    items += [Wanted("COLLECTION", collection.pk), Wanted("NONSENSE", made.pk)]
    with pytest.raises(InvalidInput) as refused:
        ask(ours, items=items)
    assert {name: sentences[0] for name, sentences in refused.value.fields.items()} == {
        "items.0.resource_id": "It is not completed.",
        "items.1.resource_id": "Not found.",
        "items.2.resource_id": "Not found.",
        "items.4.resource_id": "It is there already.",
        "items.5.resource_id": "Not found.",
        "items.6.resource_id": "Not found.",
    }


def test_steps_open_in_turn_and_the_last_one_approves(ours: Tenant, made: Generation) -> None:
    first = StepWanted(members=[ours.reviewer.pk, ours.owner.pk], min_approvals=2)
    last = StepWanted(members=[ours.admin.pk, ours.reviewer.pk], required=[Requirement(role="ADMIN")])
    review = ask(ours, made, steps=[first, last])
    with pytest.raises(NotInTurn):
        decide(ours, review, "ADMIN")
    assert not decide(ours, review, "REVIEWER").completed
    with pytest.raises(NotInTurn):
        decide(ours, review, "ADMIN")
    assert decide(ours, review, "OWNER").opened
    assert not decide(ours, review, "REVIEWER").completed  # it is no admin
    assert decide(ours, review, "ADMIN", comment="Print it.").review.status == "APPROVED"
    assert told(ours) == ["requested", "decided", "decided", "step_opened", "decided", "decided", "approved"]
    with pytest.raises(ReviewEnded):
        decide(ours, review, "REVIEWER")


def test_steps_without_an_order_are_open_together(ours: Tenant, made: Generation) -> None:
    steps = [StepWanted(members=[ours.reviewer.pk]), StepWanted(members=[ours.admin.pk])]
    review = ask(ours, made, steps=steps, is_sequential=False)
    assert decide(ours, review, "ADMIN").completed
    assert decide(ours, review, "REVIEWER").completed
    assert told(ours)[-1] == "approved"


def test_who_decides_is_who_is_asked_once_and_nobody_their_own(ours: Tenant, theirs: Tenant, made: Generation) -> None:
    review = ask(
        ours, made, steps=[StepWanted(members=[ours.reviewer.pk, ours.editor.pk, ours.admin.pk], min_approvals=2)]
    )
    decide(ours, review, "REVIEWER")
    for who, error in (
        ("REVIEWER", DecidedAlready),
        ("OWNER", Forbidden),  # is not asked
        ("VIEWER", Forbidden),  # may not decide at all
        ("EDITOR", Forbidden),  # asked for it
        (ours.key, Forbidden),  # no person
    ):
        actor = ours.actor(who) if isinstance(who, str) else actor_for(ours.brand, who)
        with pytest.raises(error):
            decide(ours, review, actor)
    with brand_scope(theirs.brand), pytest.raises(NotFound):
        deciding.decide(actor=theirs.actor(), review_id=review.pk, round=1, verdict="APPROVE", at=timezone.now())
    with pytest.raises(InvalidInput):
        decide(ours, review, "ADMIN", "REQUEST_CHANGES", comment="")


def test_requested_changes_end_the_round_and_a_new_version_asks_again(ours: Tenant, made: Generation) -> None:
    review = ask(ours, made, steps=[StepWanted(members=[ours.reviewer.pk, ours.admin.pk], min_approvals=2)])
    decide(ours, review, "ADMIN")
    decide(ours, review, "REVIEWER", "REQUEST_CHANGES")
    with pytest.raises(ReviewEnded):
        decide(ours, review, "ADMIN")
    studio.generation(ours, status="FAILED", parent=made, parent_kind="VERSION", version=2)
    assert not asking_again.follow(brand_id=ours.id, review_id=review.pk, at=timezone.now())
    newer = version_of(ours, made)
    assert asking_again.follow(brand_id=ours.id, review_id=review.pk, at=timezone.now())
    assert not asking_again.follow(brand_id=ours.id, review_id=review.pk, at=timezone.now())
    with pytest.raises(Outdated) as outdated:
        decide(ours, review, "ADMIN", round=1)
    assert outdated.value.extra["round"] == 2
    with brand_scope(ours.brand):
        seen = reading.read(actor=ours.actor("ADMIN"), review_id=review.pk, at=timezone.now())
        assert [(each.round.outcome, len(each.decisions)) for each in seen.rounds] == [
            ("", 0),
            ("CHANGES_REQUESTED", 2),
        ]
        assert {each.sha256 for each in seen.rounds[1].decisions} == {seen.rounds[1].round.sha256}
        assert seen.rounds[0].items[0].resource_id == newer.pk
        assert seen.your_steps == [1]
        assert seen.steps[0].missing == ["2 more approvals."]
    assert told(ours)[-1] == "asked_again"


def test_a_version_that_nobody_was_asked_about_yet_makes_decisions_outdated(ours: Tenant, made: Generation) -> None:
    review = ask(ours, made, follows_versions=False)
    failed = studio.generation(ours, status="FAILED", parent=made, parent_kind="VERSION", version=2)
    newer = studio.finished(ours, parent=failed, parent_kind="RETRY", version=2)
    with pytest.raises(Outdated) as outdated:
        decide(ours, review, "REVIEWER")
    assert outdated.value.extra["items"][0]["newer"] == str(newer.pk)
    assert not asking_again.follow(brand_id=ours.id, review_id=review.pk, at=timezone.now())
    with brand_scope(ours.brand):
        asking_again.ask_again(actor=ours.actor("EDITOR"), review_id=review.pk, at=timezone.now())
        assert ReviewItem.objects.get(round__number=2).resource_id == newer.pk
        with pytest.raises(InvalidInput, match="not valid"):
            asking_again.ask_again(actor=ours.actor("EDITOR"), review_id=review.pk, at=timezone.now())
    assert decide(ours, review, "REVIEWER").completed


def test_an_item_can_be_replaced_by_another_of_its_type(ours: Tenant, made: Generation) -> None:
    review, other = ask(ours, made), studio.finished(ours)
    decide(ours, review, "REVIEWER")
    with brand_scope(ours.brand):
        item = ReviewItem.objects.get()
        again = {"actor": ours.actor("ADMIN"), "review_id": review.pk, "at": timezone.now()}
        with pytest.raises(InvalidInput):
            asking_again.ask_again(**again, replacements=[Replacement(other.pk, other.pk)])
        asking_again.ask_again(**again, replacements=[Replacement(item.pk, other.pk)])
        review.refresh_from_db()
        assert (review.status, review.round) == ("OPEN", 2)
        assert ReviewRound.objects.get(number=1).outcome == "APPROVED"
        assert set(ReviewItem.objects.values_list("resource_id", flat=True)) == {made.pk, other.pk}


def test_nobody_puts_into_a_shared_review_what_they_could_not_share_themselves(ours: Tenant, made: Generation) -> None:
    review, other = ask(ours, made), studio.finished(ours)
    guest = guest_of(ours, "REVIEW", review)
    with brand_scope(ours.brand):
        asker = CustomRole.objects.create(
            brand=ours.brand, name="Asker", capabilities=["asset.view", "asset.edit", "review.request"]
        )
        Membership.objects.filter(user=ours.editor).update(role="", custom_role=asker)
        instead = [Replacement(ReviewItem.objects.get().pk, other.pk)]
        again = {"review_id": review.pk, "at": timezone.now(), "replacements": instead}
        with pytest.raises(Forbidden) as refused:
            asking_again.ask_again(actor=ours.actor("EDITOR"), **again)
        assert refused.value.extra == {"capability": "asset.share"}
        assert not visible(guest.actor(), "asset.view", Generation.objects.all()).filter(pk=other.pk).exists()
        asking_again.ask_again(actor=ours.actor("ADMIN"), **again)
        assert visible(guest.actor(), "asset.view", Generation.objects.all()).filter(pk=other.pk).exists()


def test_a_report_is_frozen_by_what_it_says(ours: Tenant) -> None:
    with brand_scope(ours.brand):
        report = AnalyticsReport.objects.create(brand=ours.brand, name="May", kind="COHORTS", created_by=ours.editor)
        review = ask(ours, items=[Wanted("ANALYTICS_REPORT", report.pk)], steps=[StepWanted(members=[ours.admin.pk])])
        report.save()  # touched, and not changed
        AnalyticsReport.objects.update(description="Another question.")
        with pytest.raises(Outdated):
            decide(ours, review, "ADMIN")
        asking_again.ask_again(actor=ours.actor("EDITOR"), review_id=review.pk, at=timezone.now())
    assert decide(ours, review, "ADMIN").completed


def test_a_policy_that_nobody_could_meet_is_refused(ours: Tenant, theirs: Tenant, made: Generation) -> None:
    reviewer, editor = ours.reviewer.pk, ours.editor.pk
    with brand_scope(theirs.brand):
        foreign = Group.objects.create(brand=theirs.brand, name="Agency")
    for field, step in {
        "steps.0.min_approvals": StepWanted(members=[reviewer, editor], min_approvals=2),  # one asks
        "steps.0.required.0": StepWanted(members=[reviewer], required=[Requirement(role="ADMIN")]),
        "steps.0.members.0": StepWanted(members=[ours.viewer.pk]),
        "steps.0.members.1": StepWanted(members=[reviewer, theirs.owner.pk]),
        "steps.0.groups.0": StepWanted(groups=[foreign.pk]),
        "steps.0.due_at": StepWanted(members=[reviewer], due_at=timezone.now() - timedelta(1)),
    }.items():
        with pytest.raises(InvalidInput) as refused:
            ask(ours, made, steps=[step])
        assert list(refused.value.fields) == [field]


def test_groups_decide_and_a_policy_gets_no_weaker_when_its_role_goes(ours: Tenant, made: Generation) -> None:
    with brand_scope(ours.brand):
        group = Group.objects.create(brand=ours.brand, name="Agency")
        role = CustomRole.objects.create(
            brand=ours.brand, name="Art director", capabilities=["asset.view", "review.decide"]
        )
        viewer = Membership.objects.get(user=ours.viewer)
        viewer.role, viewer.custom_role = "", role
        viewer.save()
        for user in (ours.viewer, ours.reviewer):
            GroupMember.objects.create(brand=ours.brand, group=group, membership=Membership.objects.get(user=user))
        required = [Requirement(custom_role=role.pk), Requirement(group=group.pk)]
        review = ask(ours, made, steps=[StepWanted(groups=[group.pk], required=required)])
        assert DomainEvent.objects.get(type="review.requested").payload["reviewers"] == sorted(
            [ours.viewer.pk, ours.reviewer.pk]
        )
        assert not decide(ours, review, "REVIEWER").completed
        viewer.role, viewer.custom_role = Role.REVIEWER, None
        viewer.save()
        role.delete()
        assert not decide(ours, review, "VIEWER").completed
        (step,) = reading.read(actor=ours.actor(), review_id=review.pk, at=timezone.now()).steps
        assert step.missing == ["An approval by Art director."]
        members.remove(actor=ours.actor(), membership=Membership.objects.get(user=ours.reviewer))
        (step,) = reading.read(actor=ours.actor(), review_id=review.pk, at=timezone.now()).steps
        assert (step.approvals, [member.user for member, _ in step.reviewers]) == (2, [ours.viewer])


def test_nobody_decides_on_what_they_do_not_see(ours: Tenant, made: Generation) -> None:
    hidden = studio.finished(ours)
    review = ask(ours, made, hidden)
    with brand_scope(ours.brand):
        Restriction.objects.create(brand=ours.brand, resource_type="AI_GENERATION", resource_id=hidden.pk)
        with pytest.raises(Forbidden, match="do not see"):
            decide(ours, review, "REVIEWER")
        seen = reading.read(actor=ours.actor("REVIEWER"), review_id=review.pk, at=timezone.now())
        assert ([item.resource_id for item in seen.rounds[0].items], seen.hidden_items) == ([made.pk], 1)


def test_guests_decide_where_the_policy_lets_them_and_a_link_counts_once(ours: Tenant, made: Generation) -> None:
    review = ask(
        ours, made, steps=[StepWanted(members=[ours.reviewer.pk]), StepWanted(guests_decide=True, min_approvals=2)]
    )
    shared = [reviews.link(ours, "REVIEW", review.pk, "VIEW", "DECIDE") for _ in range(2)]
    gwen, again = (reviews.guest(ours, shared[0])[0] for _ in range(2))
    only_looks, _ = reviews.guest(ours, reviews.link(ours, "REVIEW", review.pk, "VIEW"))
    elsewhere, _ = reviews.guest(ours, reviews.link(ours, "AI_GENERATION", made.pk, "VIEW", "DECIDE"))
    for who, error in ((gwen, NotInTurn), (only_looks, Forbidden), (elsewhere, NotFound)):
        with pytest.raises(error):
            decide(ours, review, who)
    decide(ours, review, "REVIEWER")
    decide(ours, review, gwen)
    with pytest.raises(DecidedAlready):
        decide(ours, review, gwen)
    assert not decide(ours, review, again).completed
    with brand_scope(ours.brand):
        seen = reading.read(actor=gwen, review_id=review.pk, at=timezone.now())
        assert (len(seen.rounds[0].items), seen.steps[1].approvals) == (1, 1)
    assert decide(ours, review, reviews.guest(ours, shared[1])[0]).completed
    with brand_scope(ours.brand):
        shared[0].sessions.all().delete()
        assert ReviewDecision.objects.filter(guest_name="Gwen").count() == 3


def test_guests_do_not_decide_where_the_policy_says_nothing_of_them(ours: Tenant, made: Generation) -> None:
    review = ask(ours, made)
    gwen, _ = reviews.guest(ours, reviews.link(ours, "REVIEW", review.pk, "VIEW", "DECIDE"))
    with pytest.raises(Forbidden, match="Guests"):
        decide(ours, review, gwen)


def test_a_member_without_rights_in_the_brand_decides_by_a_grant_on_the_review(ours: Tenant, made: Generation) -> None:
    review = ask(ours, made)
    with brand_scope(ours.brand):
        role = CustomRole.objects.create(brand=ours.brand, name="Outside", capabilities=["brand.view"])
        outside = Membership.objects.get(user=ours.viewer)
        outside.role, outside.custom_role = "", role
        outside.save()
        change = {"actor": ours.actor("EDITOR"), "review_id": review.pk, "at": timezone.now()}
        asked = StepChange(1, {"members": [ours.viewer.pk]})
        with pytest.raises(InvalidInput):
            changing.change(**change, steps=[asked])
        Grant.objects.create(
            brand=ours.brand,
            membership=outside,
            resource_type="REVIEW",
            resource_id=review.pk,
            permissions=["VIEW", "DECIDE"],
        )
        changing.change(**change, steps=[asked])
        assert DomainEvent.objects.get(type="review.changed").payload["reviewers"] == [ours.viewer.pk]
        with pytest.raises(Forbidden):
            decide(ours, review, "REVIEWER")
        assert decide(ours, review, "VIEWER").completed


def test_the_database_takes_a_decision_only_when_it_is_due(ours: Tenant, made: Generation) -> None:
    review = ask(ours, made, steps=[StepWanted(members=[ours.reviewer.pk, ours.admin.pk], min_approvals=2)])
    decision = decide(ours, review, "REVIEWER").decision
    with brand_scope(ours.brand):
        copy = {field.attname: getattr(decision, field.attname) for field in decision._meta.concrete_fields} | {
            "id": None
        }
        for facts, constraint in (
            ({}, "review_decision_once_by_member"),
            ({"user_id": ours.admin.pk, "sha256": "0" * 64}, "nobody is asked"),
            ({"user_id": None}, "review_decision_has_one_maker"),
            ({"user_id": ours.admin.pk, "verdict": "REQUEST_CHANGES"}, "review_changes_need_words"),
        ):
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                ReviewDecision.objects.create(**{**copy, "id": new_id(), **facts})
        changing.cancel(actor=ours.actor("EDITOR"), review_id=review.pk, at=timezone.now())
        with pytest.raises(IntegrityError, match="nobody is asked"), transaction.atomic():
            ReviewDecision.objects.create(**{**copy, "id": new_id(), "user_id": ours.admin.pk})


def test_what_is_due_is_told_once_for_each_date(ours: Tenant, made: Generation) -> None:
    now = timezone.now()
    steps = [
        StepWanted(members=[ours.reviewer.pk, ours.admin.pk], min_approvals=2),
        StepWanted(members=[ours.owner.pk]),
    ]
    review = ask(ours, made, steps=steps, due_at=now + timedelta(hours=30))
    decide(ours, review, "ADMIN")

    def beat(hours: float) -> int:
        return reminding.remind(brand_id=ours.id, at=now + timedelta(hours=hours))

    assert [beat(1), beat(7), beat(8), beat(31), beat(32)] == [0, 1, 0, 1, 0]
    with brand_scope(ours.brand):
        payload = DomainEvent.objects.get(type="review.due_soon").payload
        assert (payload["reviewers"], payload["step"]) == ([ours.reviewer.pk], 1)
        later = now + timedelta(hours=60)
        changing.change(actor=ours.actor("EDITOR"), review_id=review.pk, at=now, due_at=later)
    assert [beat(32), beat(40), beat(41), beat(61), beat(62)] == [0, 1, 0, 1, 0]
    decide(ours, review, "REVIEWER")
    assert [beat(62), beat(63)] == [1, 0]  # of the step that is open now
    assert told(ours).count("overdue") == 3


def test_an_approval_is_an_event_of_whom_the_work_was_made_for(ours: Tenant, made: Generation) -> None:
    decide(ours, ask(ours, made), "REVIEWER")
    with brand_scope(ours.brand):
        approved = DomainEvent.objects.get(type="review.approved")
    event = studio_events.translated(approved.pk, approved.type, approved.at, approved.payload)
    assert event is not None
    assert (event.name, event.distinct_id) == ("$approved", "ann")
    assert event.properties["cost_usd"] == 0.08
    assert event.properties["generation"] == str(made.pk)


def test_what_ended_cannot_be_changed_or_cancelled(ours: Tenant, made: Generation) -> None:
    review = ask(ours, made)
    with brand_scope(ours.brand):
        how = {"actor": ours.actor("EDITOR"), "review_id": review.pk, "at": timezone.now()}
        changing.cancel(**how, reason="No time.")
        for again in (changing.cancel, changing.change, asking_again.ask_again):
            with pytest.raises(ReviewEnded):
                again(**how)
        version_of(ours, made)
        assert not asking_again.follow(brand_id=ours.id, review_id=review.pk, at=timezone.now())
        assert Review.objects.get().status == "CANCELLED"
        assert ReviewStep.objects.get().completed_round == 0
