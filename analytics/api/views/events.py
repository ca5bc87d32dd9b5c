"""What came, and what could not be taken."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.generics import ListAPIView
from rest_framework.mixins import ListModelMixin

from ai_studio.api.pagination import NamePagination
from analytics.api import event_docs as docs
from analytics.api.event_filters import DeadLetterFilter, EventFilter
from analytics.api.pagination import MomentPagination
from analytics.api.serializers.events import DeadLetterSerializer, EventNameSerializer, EventSerializer
from analytics.models import DailyCount, DeadLetter, Event
from analytics.services import event_log
from brands.api.base import BrandGenericAPIView, BrandViewSet
from brands.api.filters import PAGING, refuse_unknown


@docs.EVENTS
class EventViewSet(ListModelMixin, BrandViewSet):
    model = Event
    serializer_class = EventSerializer
    filterset_class = EventFilter
    pagination_class = MomentPagination
    capability: ClassVar[dict[str, str]] = {"list": event_log.CAPABILITY}

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return event_log.recorded(actor=self.actor)


@docs.EVENT_NAMES
class EventNamesView(BrandGenericAPIView, ListAPIView):
    model = DailyCount
    serializer_class = EventNameSerializer
    pagination_class = NamePagination
    filter_backends = []
    capability = {"get": event_log.CAPABILITY}

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        refuse_unknown(self.request.query_params, PAGING)
        return event_log.names(actor=self.actor)


@docs.DEAD_LETTERS
class DeadLetterViewSet(ListModelMixin, BrandViewSet):
    model = DeadLetter
    serializer_class = DeadLetterSerializer
    filterset_class = DeadLetterFilter
    capability: ClassVar[dict[str, str]] = {"list": event_log.CAPABILITY}
