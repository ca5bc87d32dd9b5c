"""The staff admin of collaboration: threads with their pins on the picture, comments, external resources."""

from collaboration.admin import comments, external_resources, threads

__all__ = ["comments", "external_resources", "threads"]
