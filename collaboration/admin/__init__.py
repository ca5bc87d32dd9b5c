"""The staff admin of collaboration: reviews with what they are about, who decided what, and what is missing."""

from collaboration.admin import reviews

__all__ = ["reviews"]
