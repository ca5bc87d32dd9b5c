"""The brands of a person; one brand, its logo."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from brands.api.base import AtelierAPIView, BrandAPIView
from brands.api.serializers import StrictSerializer
from brands.errors import TooLarge
from brands.models import Brand
from brands.models.brand import MAX_COLOURS, validate_palette, validate_timezone
from brands.services import brands, logos

# What multipart adds to a file.
ENVELOPE_BYTES = 10_000


class BrandBody(StrictSerializer):
    name = serializers.CharField(max_length=120)
    currency = serializers.RegexField(
        r"^[A-Z]{3}\Z", required=False, help_text="ISO 4217", error_messages={"invalid": "Three capitals, as EUR."}
    )
    timezone = serializers.CharField(max_length=64, required=False, validators=[validate_timezone])
    palette = serializers.ListField(
        child=serializers.CharField(max_length=7),
        max_length=MAX_COLOURS,
        required=False,
        validators=[validate_palette],
        help_text="Colours written #rrggbb, in lower case.",
    )


class BrandSerializer(serializers.ModelSerializer[Brand]):
    logo_url = serializers.SerializerMethodField()

    class Meta:
        model = Brand
        fields = ("id", "name", "slug", "currency", "timezone", "palette", "logo_url", "created_at", "updated_at")

    def get_logo_url(self, brand: Brand) -> str | None:
        """Needs the same credential as the brand itself."""
        request = self.context["request"]
        return reverse("brand-logo", kwargs={"brand_id": brand.id}, request=request) if brand.logo else None


class BelongingSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    role = serializers.CharField()


class BelongingsSerializer(serializers.Serializer[Any]):
    results = BelongingSerializer(many=True)


class LogoBody(StrictSerializer):
    file = serializers.FileField(help_text=f"PNG, JPEG or WebP, at most {logos.MAX_BYTES:,} bytes.")


class BrandListView(AtelierAPIView):
    @property
    def rate_limit(self) -> str | None:
        return "30/hour" if self.request.method == "POST" else None

    @extend_schema(operation_id="brands_list", responses=BelongingsSerializer)
    def get(self, request: Request) -> Response:
        """The brands you work in; for an API key, its one brand."""
        return Response(BelongingsSerializer({"results": brands.of_person(self.user, key=self.key)}).data)

    @extend_schema(operation_id="brands_create", request=BrandBody, responses={201: BrandSerializer})
    def post(self, request: Request) -> Response:
        """A new brand; you become its owner."""
        self.require_person()
        body = BrandBody.read(request.data)
        brand = brands.create(user=self.user, **body)
        headers = {"Location": reverse("brand", kwargs={"brand_id": brand.id}, request=request)}
        answer = BrandSerializer(brand, context={"request": request}).data
        return Response(answer, status=status.HTTP_201_CREATED, headers=headers)


class BrandView(BrandAPIView):
    capability: ClassVar[dict[str, str]] = {"get": "brand.view", "patch": "brand.manage"}

    @extend_schema(operation_id="brands_retrieve", responses=BrandSerializer)
    def get(self, request: Request, brand_id: str) -> Response:
        return self._answer(Brand.objects.get(pk=self.brand_id))

    @extend_schema(operation_id="brands_update", request=BrandBody, responses=BrandSerializer)
    def patch(self, request: Request, brand_id: str) -> Response:
        body = BrandBody.read(request.data, partial=True)
        brand = Brand.objects.select_for_update().get(pk=self.brand_id)
        return self._answer(brands.update(actor=self.actor, brand=brand, changes=body))

    def _answer(self, brand: Brand) -> Response:
        return Response(BrandSerializer(brand, context={"request": self.request}).data)


@extend_schema_view(
    get=extend_schema(operation_id="brands_logo_retrieve", responses={(200, "image/png"): OpenApiTypes.BINARY}),
)
class BrandLogoView(BrandAPIView):
    capability: ClassVar[dict[str, str]] = {"get": "brand.view", "put": "brand.manage", "delete": "brand.manage"}
    parser_classes = [MultiPartParser]

    def get(self, request: Request, brand_id: str) -> HttpResponse:
        """The logo, always as PNG."""
        brand = Brand.objects.get(pk=self.brand_id)
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=300"}
        return HttpResponse(logos.read(brand), content_type="image/png", headers=headers)

    @extend_schema(
        operation_id="brands_logo_update", request={"multipart/form-data": LogoBody}, responses=BrandSerializer
    )
    def put(self, request: Request, brand_id: str) -> Response:
        """Decided by decoding, not by name or content type; kept at most 1024 pixels a side."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > logos.MAX_BYTES + ENVELOPE_BYTES:
            raise TooLarge(f"A logo has at most {logos.MAX_BYTES:,} bytes.")
        body = LogoBody.read(request.data)
        brand = Brand.objects.select_for_update().get(pk=self.brand_id)
        brand = logos.replace(actor=self.actor, brand=brand, file=body["file"])
        return Response(BrandSerializer(brand, context={"request": request}).data)

    @extend_schema(operation_id="brands_logo_delete", responses={204: None})
    def delete(self, request: Request, brand_id: str) -> Response:
        logos.remove(actor=self.actor, brand=Brand.objects.select_for_update().get(pk=self.brand_id))
        return Response(status=status.HTTP_204_NO_CONTENT)
