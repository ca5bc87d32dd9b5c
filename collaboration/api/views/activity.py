"""What happened."""

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from brands.api.base import BrandAPIView
from collaboration.activity import feed
from collaboration.api import notification_docs as docs
from collaboration.api.serializers.activity import ActivityPageSerializer, ActivityQuery
from collaboration.api.views.threads import SeesThreads


@docs.ACTIVITY
class ActivityView(SeesThreads, BrandAPIView):
    """Each event is looked at through `visible()`; whoever may see nothing is told nothing."""

    capability: ClassVar[dict[str, str]] = {"get": "asset.view"}
    by_resource: ClassVar[frozenset[str]] = frozenset(capability)

    def get(self, request: Request, **_: Any) -> Response:
        query = ActivityQuery.read(_plain(request))
        resource = (query["resource_type"], query["resource_id"]) if "resource_id" in query else None
        wanted = feed.Wanted(resource, query.get("actor"), query.get("type", ()))
        page = feed.page(actor=self.actor, wanted=wanted, limit=query["limit"], before_seq=query.get("cursor"))
        said = {"next": page.next_seq and str(page.next_seq), "results": page.happened}
        return Response(ActivityPageSerializer(said, context={"actor": self.actor}).data)


def _plain(request: Request) -> dict[str, Any]:
    """The query string: the last of each, but for types, of which there may be several."""
    named = dict(request.query_params.items())
    return named | ({"type": request.query_params.getlist("type")} if "type" in named else {})
