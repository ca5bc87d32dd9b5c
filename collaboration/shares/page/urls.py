"""Under /s/. After the door no address holds a link's token."""

from django.urls import path

from collaboration.shares.page import views

app_name = "guest"

urlpatterns = [
    path("open/", views.open_link, name="open"),
    path("v/<uuid:session_id>/", views.inside, name="inside"),
    path("v/<uuid:session_id>/leave/", views.leave, name="leave"),
    path("v/<uuid:session_id>/files/<uuid:pk>/", views.file, name="file"),
    path("v/<uuid:session_id>/reviews/<uuid:pk>/decide/", views.decide, name="decide"),
    path("v/<uuid:session_id>/<str:code>/<uuid:pk>/", views.item, name="item"),
    path("v/<uuid:session_id>/<str:code>/<uuid:pk>/drawing/", views.drawing, name="drawing"),
    path("v/<uuid:session_id>/<str:code>/<uuid:pk>/comment/", views.comment, name="comment"),
    path("<str:token>/", views.landing, name="landing"),
]
