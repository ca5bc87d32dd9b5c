from django.http import HttpResponse


def picture(svg: str) -> HttpResponse:
    return HttpResponse(svg, content_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})
