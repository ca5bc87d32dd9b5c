from django.apps import AppConfig


class CollaborationConfig(AppConfig):
    name = "collaboration"
    verbose_name = "Collaboration"

    def ready(self) -> None:
        _register_reviews()


def _register_reviews() -> None:
    """A review is a resource, and holds the items of all its rounds; these belong to what they are versions of."""
    from brands.registry import ResourceType, register
    from brands.resources import Belonging, Container, belongs, contains

    review = "REVIEW"
    register(ResourceType(code=review, label="Review", model="collaboration.Review", title_field="title"))
    belongs("collaboration.Review", Belonging("id", review))
    belongs("collaboration.ReviewItem", Belonging("resource_id", type_path="resource_type"))
    for part in ("ReviewRound", "ReviewStep", "ReviewDecision"):
        belongs(f"collaboration.{part}", Belonging("review_id", review))
    contains(
        Container(review, "collaboration.ReviewItem", "review_id", id_field="resource_id", holds_field="resource_type")
    )
