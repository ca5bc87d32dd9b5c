"""Segments as clients see them and ask for them."""

from typing import Any

from rest_framework import serializers

from ai_studio.api.serializers.generations import PersonSerializer
from analytics.api.serializers.criteria import CriteriaField
from analytics.api.serializers.funnel_answers import FoundPersonSerializer, FunnelPeopleSerializer
from analytics.models import Segment
from analytics.services.segment_uploads import MAX_BYTES, MAX_ROWS, MOST_TOLD
from brands.api.serializers import StrictSerializer

MODES = ("append", "replace")


class NamedBody(StrictSerializer):
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class SegmentBody(NamedBody):
    criteria = CriteriaField()


class CriteriaBody(StrictSerializer):
    criteria = CriteriaField()


class SegmentFileBody(StrictSerializer):
    file = serializers.FileField(
        help_text=f"UTF-8, one id a line, perhaps with the heading distinct_id; at most {MAX_ROWS:,} ids in "
        f"{MAX_BYTES:,} bytes."
    )


class SegmentUploadBody(NamedBody, SegmentFileBody):
    pass


class SegmentPutBody(SegmentFileBody):
    mode = serializers.ChoiceField(MODES, default="append", help_text="replace: whoever was in it is put out.")


class SegmentPeopleQuery(StrictSerializer):
    after = serializers.IntegerField(min_value=0, default=0, help_text="Persons with higher numbers than this.")
    limit = serializers.IntegerField(min_value=1, max_value=1000, default=100)


class SegmentSerializer(serializers.ModelSerializer[Segment]):
    created_by = PersonSerializer(read_only=True)
    criteria = CriteriaField(read_only=True, allow_null=True, help_text="null: a static one.")
    people = serializers.IntegerField(read_only=True, help_text="As many as there were at `built_at`.")

    class Meta:
        model = Segment
        fields = [
            "id", "name", "description", "kind", "criteria", "people", "built_at", "created_by", "created_at",
            "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class SegmentPreviewSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField()
    of = serializers.IntegerField(help_text="All people of the brand, merged ones once.")
    sample = FoundPersonSerializer(many=True, help_text="The first of them.")
    as_of = serializers.DateTimeField()
    question = serializers.CharField(help_text="SHA-256 of what was asked.")


class SegmentUploadSerializer(serializers.Serializer[Any]):
    segment = SegmentSerializer()
    rows = serializers.IntegerField(help_text="Ids in the file.")
    repeated = serializers.IntegerField(help_text="Of these came before in it.")
    unknown = serializers.IntegerField(help_text="Nobody came under them.")
    unknown_ids = serializers.ListField(child=serializers.CharField(), help_text=f"The first {MOST_TOLD} of them.")
    people = serializers.IntegerField(help_text="Whom the others are.")
    added = serializers.IntegerField(help_text="Of these new in the segment.")


SegmentPeopleSerializer = FunnelPeopleSerializer
