"""What OpenAPI says of retention."""

from drf_spectacular.utils import extend_schema

from ai_studio.api.problems import problems
from analytics.api.serializers.funnel_answers import FunnelPeopleSerializer
from analytics.api.serializers.retention import RetentionAnswerSerializer, RetentionPeopleQuery, RetentionQuery

RESULT = extend_schema(
    operation_id="retention_get",
    summary="Who comes back",
    description="A row for each cohort, a column for each period after it. What is not known yet is null and says when "
    "it will be known; it stays out of the averages. Every rate with its interval.",
    parameters=[RetentionQuery],
    responses={200: RetentionAnswerSerializer, **problems(400, 429)},
)
PEOPLE = extend_schema(
    operation_id="retention_people",
    summary="The people behind a cell",
    description="With the question of the table, and the place of the cell in it.",
    parameters=[RetentionPeopleQuery],
    responses={200: FunnelPeopleSerializer, **problems(400, 429)},
)
