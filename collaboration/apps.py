from django.apps import AppConfig


class CollaborationConfig(AppConfig):
    name = "collaboration"
    verbose_name = "Collaboration"

    def ready(self) -> None:
        _register_external_resources()
        _register_threads()
        _register_reviews()
        _register_notifications()


def _register_external_resources() -> None:
    """Things of the frontend's own systems; those that are archived are no longer there."""
    from brands.registry import ResourceType, register
    from brands.resources import Belonging, belongs
    from collaboration.external.choices import ExternalType

    for kind, label in ExternalType.choices:
        here = {"kind": kind, "archived_at": None}
        register(ResourceType(kind, label, "collaboration.ExternalResource", title_field="title", where=here))
    belongs("collaboration.ExternalResource", Belonging("id", type_path="kind"))


def _register_threads() -> None:
    """Whoever may see a resource sees its threads; guests those for clients only."""
    from brands.resources import Belonging, belongs

    for model, path in {
        "Thread": "",
        "ThreadReading": "thread__",
        "Comment": "thread__",
        "CommentAttachment": "comment__thread__",
        "CommentMention": "comment__thread__",
        "CommentReaction": "comment__thread__",
        "CommentRevision": "comment__thread__",
    }.items():
        belonging = Belonging(
            f"{path}resource_id", type_path=f"{path}resource_type", guests={f"{path}visibility": "CLIENT"}
        )
        belongs(f"collaboration.{model}", belonging)


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


def _register_notifications() -> None:
    """What a notification is about decides whether its person may still read it."""
    from brands.resources import Belonging, belongs

    # Guests have none.
    belongs("collaboration.Notification", Belonging("resource_id", type_path="resource_type", guests={"user": None}))
