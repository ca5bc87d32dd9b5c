"""What clients ask of reviews."""

from typing import Any

from rest_framework import serializers

from brands.api.serializers import StrictSerializer
from brands.choices import Role
from collaboration.models.review_decision import MAX_COMMENT
from collaboration.models.review_item import MAX_ITEMS
from collaboration.models.review_step import MAX_STEPS
from collaboration.reviews.asking_again import Replacement
from collaboration.reviews.changing import StepChange
from collaboration.reviews.choices import Verdict
from collaboration.reviews.freezing import Wanted
from collaboration.reviews.policies import Requirement, StepWanted

MOST_REVIEWERS = 50
MOST_REQUIREMENTS = 10
MAX_ROUND = 2**31 - 1
MAX_USER = 2**63 - 1


def _ids(help_text: str) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.UUIDField(), max_length=MOST_REVIEWERS, required=False, help_text=help_text
    )


def _members() -> serializers.ListField:
    child = serializers.IntegerField(min_value=1, max_value=MAX_USER)
    return serializers.ListField(
        child=child, max_length=MOST_REVIEWERS, required=False, help_text="Members, by the ids of their users."
    )


class ReviewItemBody(StrictSerializer):
    resource_type = serializers.CharField(max_length=40)
    resource_id = serializers.UUIDField()
    artifact = serializers.UUIDField(required=False, help_text="A file of the generation. Left out: its result.")


class ReviewRequirementBody(StrictSerializer):
    """One of the three: an approval by somebody with this role, or of this group."""

    role = serializers.ChoiceField(Role.choices, required=False)
    custom_role = serializers.UUIDField(required=False)
    group = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError({"role": ["Give one of role, custom_role and group."]})
        return attrs


class ReviewStepBody(StrictSerializer):
    name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    members = _members()
    groups = _ids("Groups of the brand: whoever is in one is asked.")
    min_approvals = serializers.IntegerField(min_value=1, max_value=100, required=False)
    required = ReviewRequirementBody(many=True, required=False, max_length=MOST_REQUIREMENTS)
    guests_decide = serializers.BooleanField(
        required=False, help_text="Guests whose link lets them decide count, all of one link once."
    )
    due_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Left out: when the review is due.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not (attrs.get("members") or attrs.get("groups") or attrs.get("guests_decide")):
            raise serializers.ValidationError({"members": ["Somebody must be asked."]})
        return attrs


class ReviewBody(StrictSerializer):
    title = serializers.CharField(max_length=160)
    description = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    items = ReviewItemBody(many=True, min_length=1, max_length=MAX_ITEMS)
    steps = ReviewStepBody(many=True, min_length=1, max_length=MAX_STEPS)
    is_sequential = serializers.BooleanField(required=False, help_text="A step opens when the one before is complete.")
    follows_versions = serializers.BooleanField(
        required=False, help_text="A completed version of an item asks again by itself, also after approval."
    )
    due_at = serializers.DateTimeField(required=False, allow_null=True)

    @classmethod
    def read(cls, data: Any, *, partial: bool = False) -> dict[str, Any]:
        body = super().read(data, partial=partial)
        body["items"] = [_wanted(each) for each in body["items"]]
        body["steps"] = [_step(each) for each in body["steps"]]
        return body


class ReviewStepChangeBody(StrictSerializer):
    number = serializers.IntegerField(min_value=1, max_value=MAX_STEPS)
    due_at = serializers.DateTimeField(required=False, allow_null=True)
    members = _members()
    groups = _ids("Instead of the groups that are asked now.")


class ReviewChangeBody(StrictSerializer):
    title = serializers.CharField(max_length=160, required=False)
    description = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    follows_versions = serializers.BooleanField(required=False)
    due_at = serializers.DateTimeField(required=False, allow_null=True)
    steps = ReviewStepChangeBody(many=True, required=False, max_length=MAX_STEPS)

    @classmethod
    def read(cls, data: Any, *, partial: bool = False) -> dict[str, Any]:
        body = super().read(data, partial=partial)
        steps = [StepChange(each.pop("number"), dict(each)) for each in body.pop("steps", [])]
        return {**body, "steps": steps}


class ReviewDecideBody(StrictSerializer):
    verdict = serializers.ChoiceField(Verdict.choices)
    round = serializers.IntegerField(min_value=1, max_value=MAX_ROUND, help_text="The one that you looked at.")
    step = serializers.IntegerField(
        min_value=1, max_value=MAX_STEPS, required=False, help_text="Left out: the first open one that waits for you."
    )
    comment = serializers.CharField(
        max_length=MAX_COMMENT, required=False, allow_blank=True, help_text="Needed to request changes."
    )


class ReviewCancelBody(StrictSerializer):
    reason = serializers.CharField(max_length=400, required=False, allow_blank=True)


class ReviewReplacementBody(StrictSerializer):
    item = serializers.UUIDField(help_text="An item of the present round.")
    resource_id = serializers.UUIDField(help_text="What is asked about instead, of the same type.")
    artifact = serializers.UUIDField(required=False)


class ReviewAskAgainBody(StrictSerializer):
    items = ReviewReplacementBody(
        many=True, required=False, max_length=MAX_ITEMS, help_text="Left out: the newest completed versions."
    )
    due_at = serializers.DateTimeField(required=False)

    @classmethod
    def read(cls, data: Any, *, partial: bool = False) -> dict[str, Any]:
        body = super().read(data, partial=partial)
        replaced = [
            Replacement(each["item"], each["resource_id"], each.get("artifact")) for each in body.pop("items", [])
        ]
        return {**body, "replacements": replaced}


def _wanted(body: dict[str, Any]) -> Wanted:
    return Wanted(body["resource_type"], body["resource_id"], body.get("artifact"))


def _step(body: dict[str, Any]) -> StepWanted:
    required = [Requirement(**each) for each in body.pop("required", [])]
    return StepWanted(**body, required=required)
