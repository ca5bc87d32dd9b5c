"""Staff sees what is asked, who decided and what is missing, and calls off."""

from brands.models import AuditEntry
from brands.tenancy.scope import brand_scope
from collaboration.models import Review
from collaboration.reviews.policies import Requirement, StepWanted
from tests import studio
from tests.reviews import ask, decide
from tests.staff import address


def test_a_reviews_page_shows_its_items_its_decisions_and_what_is_missing(admin, ours):
    made = studio.finished(ours, prompt="a red mug")
    asked = StepWanted(
        name="Design", members=[ours.reviewer.pk, ours.admin.pk], min_approvals=2, required=[Requirement(role="ADMIN")]
    )
    review = ask(ours, made, steps=[asked], title="<b>Spring</b>")
    decide(ours, review, "REVIEWER", comment="<script>alert(1)</script>")
    shown = admin.get(address("collaboration.review", "change", review.pk)).content.decode()
    for text in ("&lt;b&gt;Spring&lt;/b&gt;", "&lt;script&gt;", "1 more approval.", "An approval by Admin.", "$0.08"):
        assert text in shown
    assert "<script>alert" not in shown
    assert 'class="at-preview"' in shown


def test_staff_calls_a_review_off_once(admin, ours):
    review = ask(ours, studio.finished(ours))
    for _ in range(2):
        assert admin.post(address("collaboration.review", "act", review.pk, "cancel")).status_code == 302
    with brand_scope(ours.brand):
        assert Review.objects.get().status == "CANCELLED"
        assert AuditEntry.objects.get(action="review.cancelled").actor_kind == "STAFF"
