from typing import Any

from django.core.management.base import BaseCommand, CommandError

from brands import secrets
from brands.key_ring import SecretUnavailable


class Command(BaseCommand):
    help = "Move all secrets to the first key of SECRET_KEY_RING; afterwards the former keys may go. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = secrets.reencrypt()
        except SecretUnavailable as error:
            raise CommandError(error.detail) from error
        self.stdout.write(f"re-encrypted: {done.moved}, already current: {done.current}")
        if done.unreadable:
            raise CommandError(f"{len(done.unreadable)} cannot be read: {', '.join(done.unreadable)}")
