"""Reviews as clients see them. To guests nobody's e-mail address is shown, nor what work cost or was made with, nor
what members wrote to each other."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ai_studio import artifacts
from brands.models import User
from brands.permissions import Actor
from collaboration.models import Review, ReviewDecision, ReviewItem
from collaboration.reviews.choices import (
    RequirementKind,
    ReviewStatus,
    RoundOutcome,
    RoundReason,
    StepState,
    Verdict,
)
from collaboration.reviews.people import Member
from collaboration.reviews.progress import Progress, state_of
from collaboration.reviews.reading import RoundSeen

A_MEMBER = "A member"


class ReviewPersonSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class ReviewGuestSerializer(serializers.Serializer[Any]):
    session = serializers.UUIDField(help_text="The guest session.")
    name = serializers.CharField()


class _Seen(serializers.Serializer[Any]):
    """The context brings the `actor`."""

    @property
    def actor(self) -> Actor:
        actor: Actor = self.context["actor"]
        return actor

    def person(self, user: User) -> dict[str, Any]:
        return {"id": user.pk, "name": (user.name or A_MEMBER) if self.actor.is_guest else str(user)}


class ReviewStepSerializer(_Seen):
    number = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.ChoiceField(StepState.choices)
    min_approvals = serializers.IntegerField()
    guests_decide = serializers.BooleanField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="Its own, or the review's.")
    opened_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)


class ReviewSerializer(_Seen, serializers.ModelSerializer[Review]):
    """A row of a list."""

    status = serializers.ChoiceField(ReviewStatus.choices)
    requested_by = serializers.SerializerMethodField()
    items_count = serializers.IntegerField(help_text="Of the present round.")
    next_due_at = serializers.DateTimeField(allow_null=True, help_text="When the first of its open steps is due.")
    is_outdated = serializers.SerializerMethodField(
        help_text="An item has a newer version than the one that is, or was, asked about."
    )
    steps = serializers.SerializerMethodField()

    class Meta:
        model = Review
        fields = [
            "id", "title", "description", "status", "round", "requested_by", "requested_at", "is_sequential",
            "follows_versions", "due_at", "next_due_at", "ended_at", "items_count", "is_outdated", "steps",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ReviewPersonSerializer)
    def get_requested_by(self, review: Review) -> dict[str, Any]:
        return self.person(review.requested_by)

    def get_is_outdated(self, review: Review) -> bool:
        return review.pk in self.context["outdated"]

    @extend_schema_field(ReviewStepSerializer(many=True))
    def get_steps(self, review: Review) -> list[dict[str, Any]]:
        return [
            {
                "number": step.number,
                "name": step.name,
                "state": state_of(review, step),
                "min_approvals": step.min_approvals,
                "guests_decide": step.guests_decide,
                "due_at": step.due_at or review.due_at,
                "opened_at": step.opened_at,
                "completed_at": step.completed_at,
            }
            for step in review.steps.all()
        ]


class ReviewRequirementSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(RequirementKind.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    is_met = serializers.BooleanField()


class ReviewReviewerSerializer(serializers.Serializer[Any]):
    user = ReviewPersonSerializer()
    groups = serializers.ListField(child=serializers.CharField(), help_text="By which they are asked; none: by name.")
    verdict = serializers.ChoiceField(Verdict.choices, allow_null=True, help_text="Null: not decided yet.")


class ReviewStepProgressSerializer(ReviewStepSerializer):
    is_overdue = serializers.BooleanField()
    approvals = serializers.IntegerField(help_text="All guests of one link count once.")
    requirements = ReviewRequirementSerializer(many=True)
    reviewers = ReviewReviewerSerializer(many=True)
    waiting_for = ReviewPersonSerializer(many=True, help_text="Who is asked now and did not decide yet.")
    missing = serializers.ListField(child=serializers.CharField(), help_text="Why it is not complete yet.")

    def to_representation(self, instance: Progress) -> dict[str, Any]:
        step = instance.step
        said = {
            **{name: getattr(step, name) for name in ("number", "name", "min_approvals", "guests_decide")},
            "state": instance.state,
            "due_at": instance.due_at,
            "opened_at": step.opened_at,
            "completed_at": step.completed_at,
            "is_overdue": instance.is_overdue,
            "approvals": instance.approvals,
            "requirements": [
                {"kind": each.kind, "label": each.label, "is_met": is_met} for each, is_met in instance.requirements
            ],
            "reviewers": [self._reviewer(member, decision) for member, decision in instance.reviewers],
            "waiting_for": [self.person(member.user) for member in instance.waiting_for],
            "missing": list(instance.missing),
        }
        return said | {name: _moment(said[name]) for name in ("due_at", "opened_at", "completed_at")}

    def _reviewer(self, member: Member, decision: ReviewDecision | None) -> dict[str, Any]:
        groups = [] if self.actor.is_guest else list(member.groups)
        return {"user": self.person(member.user), "groups": groups, "verdict": decision and decision.verdict}


class ReviewItemSerializer(_Seen, serializers.ModelSerializer[ReviewItem]):
    artifact = serializers.UUIDField(source="artifact_id", allow_null=True, read_only=True)
    facts = serializers.SerializerMethodField(help_text="What was known of it then; of a generation its parameters.")
    cost_usd = serializers.SerializerMethodField(help_text="What it had cost then.")
    url = serializers.SerializerMethodField(help_text="Shows the file for some minutes; null without asset.download.")
    is_outdated = serializers.SerializerMethodField(help_text="There is a newer version, or it is another by now.")
    newer = serializers.SerializerMethodField(help_text="The newest completed version, of an item of this round.")

    class Meta:
        model = ReviewItem
        fields = [
            "id", "position", "resource_type", "resource_id", "title", "version", "artifact", "media_type",
            "size_bytes", "sha256", "facts", "cost_usd", "frozen_at", "url", "is_outdated", "newer",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_facts(self, item: ReviewItem) -> dict[str, Any] | None:
        return None if self.actor.is_guest else item.facts

    @extend_schema_field(serializers.DecimalField(max_digits=14, decimal_places=6, allow_null=True))
    def get_cost_usd(self, item: ReviewItem) -> str | None:
        return None if self.actor.is_guest or item.cost_usd is None else str(item.cost_usd)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_url(self, item: ReviewItem) -> str | None:
        file = self.context["seen"].files.get(item.artifact_id)
        return None if file is None else artifacts.signed_url(file, at=self.context["at"], guest=self.actor.guest_id)

    def get_is_outdated(self, item: ReviewItem) -> bool:
        return item.pk in self.context["seen"].newer

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_newer(self, item: ReviewItem) -> str | None:
        newer = self.context["seen"].newer.get(item.pk)
        return None if newer is None or self.actor.is_guest else str(newer)


class ReviewDecisionSerializer(_Seen, serializers.ModelSerializer[ReviewDecision]):
    round = serializers.IntegerField(source="round.number")
    step = serializers.IntegerField(source="step.number")
    user = serializers.SerializerMethodField(help_text="The member who decided; null: a guest did.")
    guest = serializers.SerializerMethodField()
    comment = serializers.SerializerMethodField()
    capacity = serializers.SerializerMethodField(help_text="The role and groups that they had then.")

    class Meta:
        model = ReviewDecision
        fields = ["id", "round", "step", "user", "guest", "verdict", "comment", "sha256", "capacity", "at"]
        read_only_fields = fields
        extra_kwargs = {"sha256": {"help_text": "Of the items that it is about."}}

    @extend_schema_field(ReviewPersonSerializer(allow_null=True))
    def get_user(self, decision: ReviewDecision) -> dict[str, Any] | None:
        return None if decision.user is None else self.person(decision.user)

    @extend_schema_field(ReviewGuestSerializer(allow_null=True))
    def get_guest(self, decision: ReviewDecision) -> dict[str, Any] | None:
        if decision.guest_session_id is None:
            return None
        return {"session": str(decision.guest_session_id), "name": decision.guest_name}

    def get_comment(self, decision: ReviewDecision) -> str:
        """Guests read what came by their own link."""
        hidden = self.actor.is_guest and decision.guest_link_id != self.actor.link_id
        return "" if hidden else decision.comment

    def get_capacity(self, decision: ReviewDecision) -> str:
        return "" if self.actor.is_guest else decision.capacity


class ReviewRoundSerializer(_Seen):
    number = serializers.IntegerField()
    reason = serializers.ChoiceField(RoundReason.choices)
    asked_by = ReviewPersonSerializer()
    asked_at = serializers.DateTimeField()
    sha256 = serializers.CharField(help_text="Of all its items, with their facts and costs.")
    outcome = serializers.ChoiceField(RoundOutcome.choices, allow_null=True, help_text="Null: it runs.")
    ended_at = serializers.DateTimeField(allow_null=True)
    items = ReviewItemSerializer(many=True)
    decisions = ReviewDecisionSerializer(many=True)

    def to_representation(self, instance: RoundSeen) -> dict[str, Any]:
        each = instance.round
        return {
            **{name: getattr(each, name) for name in ("number", "reason", "sha256")},
            "outcome": each.outcome or None,
            "asked_by": self.person(each.asked_by),
            "asked_at": _moment(each.asked_at),
            "ended_at": _moment(each.ended_at),
            "items": ReviewItemSerializer(instance.items, many=True, context=self.context).data,
            "decisions": ReviewDecisionSerializer(instance.decisions, many=True, context=self.context).data,
        }


class ReviewDetailSerializer(ReviewSerializer):
    """Everything about one review. The context brings what was `seen`, too."""

    steps = serializers.SerializerMethodField()
    rounds = serializers.SerializerMethodField(help_text="The newest first, 50 at most.")
    hidden_items = serializers.SerializerMethodField(help_text="How many items are not for your eyes.")
    your_steps = serializers.SerializerMethodField(help_text="The numbers of the steps that wait for you.")

    class Meta(ReviewSerializer.Meta):
        fields = [*ReviewSerializer.Meta.fields, "rounds", "hidden_items", "your_steps"]
        read_only_fields = fields

    def get_is_outdated(self, review: Review) -> bool:
        return bool(self.context["seen"].newer)

    @extend_schema_field(ReviewStepProgressSerializer(many=True))
    def get_steps(self, review: Review) -> list[dict[str, Any]]:
        return list(ReviewStepProgressSerializer(self.context["seen"].steps, many=True, context=self.context).data)

    @extend_schema_field(ReviewRoundSerializer(many=True))
    def get_rounds(self, review: Review) -> list[dict[str, Any]]:
        return list(ReviewRoundSerializer(self.context["seen"].rounds, many=True, context=self.context).data)

    def get_hidden_items(self, review: Review) -> int:
        return int(self.context["seen"].hidden_items)

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_your_steps(self, review: Review) -> list[int]:
        return list(self.context["seen"].your_steps)


def _moment(value: Any) -> Any:
    return None if value is None else serializers.DateTimeField().to_representation(value)
