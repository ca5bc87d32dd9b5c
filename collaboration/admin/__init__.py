from collaboration.admin import webhooks

__all__ = ["webhooks"]
