"""The staff admin of collaboration: threads with their pins on the picture, comments, external resources,
links and their guests."""

from collaboration.admin import comments, external_resources, share_links, threads

__all__ = ["comments", "external_resources", "share_links", "threads"]
