import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from brands.tenancy import roles

ALIASES = {"runtime": "default", "maintenance": "maintenance", "migrate": "migrate"}


class Command(BaseCommand):
    help = "Make the database and its roles (owner, migrate, runtime, maintenance); prints their URLs."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--admin-url",
            default=os.environ.get("DATABASE_ADMIN_URL"),
            help="An account that may create roles and databases; default: DATABASE_ADMIN_URL.",
        )
        parser.add_argument("--database", default=settings.DATABASE_ROLE_PREFIX)
        parser.add_argument(
            "--given-passwords",
            action="store_true",
            help="Give the roles the passwords that DATABASE_URL, DATABASE_MAINTENANCE_URL and "
            "DATABASE_MIGRATE_URL name already, and print nothing secret.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        import psycopg

        if not options["admin_url"]:
            raise CommandError("Give --admin-url or DATABASE_ADMIN_URL.")
        given = given_passwords() if options["given_passwords"] else None
        try:
            urls = roles.prepare(
                admin_url=options["admin_url"],
                database=options["database"],
                secret=settings.SECRET_KEY,
                role_prefix=settings.DATABASE_ROLE_PREFIX,
                passwords=given,
            )
        except psycopg.Error as error:
            raise CommandError(f"The database could not be prepared: {error}") from error
        if given:
            self.stdout.write("The database and its roles are ready.")
            return
        self.stdout.write(f"DATABASE_URL={urls.runtime_url}")
        self.stdout.write(f"DATABASE_MAINTENANCE_URL={urls.maintenance_url}")
        self.stdout.write(f"DATABASE_MIGRATE_URL={urls.migrate_url}")


def given_passwords() -> dict[str, str]:
    """What the settings' URLs say; CommandError when one names another role, or no password."""
    passwords = {}
    for role, alias in ALIASES.items():
        database, wanted = settings.DATABASES[alias], f"{settings.DATABASE_ROLE_PREFIX}_{role}"
        if database["USER"] != wanted or not database["PASSWORD"]:
            raise CommandError(f"The URL of the database alias {alias} must name {wanted} and its password.")
        passwords[role] = database["PASSWORD"]
    return passwords
