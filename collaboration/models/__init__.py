from collaboration.models.share_message import ShareMessage

__all__ = ["ShareMessage"]
