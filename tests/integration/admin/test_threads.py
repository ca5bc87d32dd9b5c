"""Staff sees a thread's pins on the picture, what was said as text, and takes away what should not stay."""

from brands.models import AuditEntry
from brands.tenancy.scope import brand_scope
from collaboration.models import Comment, ExternalResource, Thread
from collaboration.threads import commenting, opening
from tests import studio
from tests.collaboration import external
from tests.staff import address, fill

REGION = {"kind": "region", "x": 0.25, "y": 0.125, "w": 0.5, "h": 0.25, "path": [[0.3, 0.2], [0.6, 0.3]]}
POINT = {
    "kind": "point3d",
    "position": [0, 0.5, 0],
    "normal": [0, 1, 0],
    "camera": {"position": [0, 0, 5], "target": [0, 0, 0], "fov": 40},
}


def opened(tenant, row, kind="AI_GENERATION", **facts):
    with brand_scope(tenant.brand):
        wanted = opening.Wanted(kind, row.pk, facts.pop("body", "Too thin."), **facts)
        return opening.open_thread(actor=tenant.actor(), wanted=wanted)


def page(admin, thread):
    answer = admin.get(address("collaboration.thread", "change", thread.pk))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_pins_are_drawn_over_the_picture(admin, ours):
    picture = studio.finished(ours)
    thread = opened(ours, picture, anchor=REGION, body="<script>alert(1)</script>")
    other = opened(ours, picture, anchor={**REGION, "x": 0.5}, visibility="CLIENT")
    shown = page(admin, thread)
    assert "left: 25.0000%; top: 12.5000%; width: 50.0000%; height: 25.0000%" in shown
    assert 'points="0.300000,0.200000 0.600000,0.300000"' in shown
    assert address("collaboration.thread", "change", other.pk) in shown
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_point_on_a_model_is_a_hotspot_that_the_camera_looks_at(admin, ours):
    model = studio.generation(ours, type="MODEL_3D", status="COMPLETED")
    studio.artifact(model, role="RESULT", name="model.glb", media_type="model/gltf-binary")
    shown = page(admin, opened(ours, model, anchor=POINT))
    assert 'data-position="0.000000m 0.500000m 0.000000m"' in shown
    assert 'camera-orbit="0.000deg 90.000deg 5.000000m"' in shown


def test_what_is_elsewhere_is_named_and_never_loaded(admin, ours):
    design = external(ours, thumbnail_url="https://shop.example/mug.png")
    shown = page(admin, opened(ours, design, kind="DESIGN", anchor=REGION))
    assert "at-elsewhere" in shown
    assert "shop.example" not in shown


def test_staff_resolves_deletes_and_archives_with_an_audit_entry(admin, ours):
    filled = fill(ours)
    with brand_scope(ours.brand):
        thread, comment = Thread.objects.get(), Comment.objects.get()
        design = ExternalResource.objects.get()
        commenting.edit(actor=ours.actor(), comment=comment, body="Otherwise.")
    for model, row, action in (
        ("collaboration.thread", thread, "resolve"),
        ("collaboration.comment", comment, "remove"),
        ("collaboration.externalresource", design, "archive"),
    ):
        assert admin.post(address(model, "act", row.pk, action)).status_code == 302
    with brand_scope(filled.tenant.brand):
        assert Thread.objects.get().status == "RESOLVED"
        assert Comment.objects.get().body == ""
        assert ExternalResource.objects.get().archived_at is not None
        audited = set(AuditEntry.objects.values_list("action", flat=True))
    assert audited >= {"thread.resolved", "comment.deleted", "resource.archived"}
    assert "The mug is too" in page(admin, thread)  # its trace
