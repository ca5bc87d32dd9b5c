"""Sharing with members and groups, public links, and the guests who come by them."""
