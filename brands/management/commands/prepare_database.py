from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from brands.tenancy import roles


class Command(BaseCommand):
    help = "Make the database and its roles (owner, migrate, runtime, maintenance); prints their URLs."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--admin-url", required=True, help="An account that may create roles and databases.")
        parser.add_argument("--database", default=settings.DATABASE_ROLE_PREFIX)

    def handle(self, *args: Any, **options: Any) -> None:
        import psycopg

        try:
            urls = roles.prepare(
                admin_url=options["admin_url"],
                database=options["database"],
                secret=settings.SECRET_KEY,
                role_prefix=settings.DATABASE_ROLE_PREFIX,
            )
        except psycopg.Error as error:
            raise CommandError(f"The database could not be prepared: {error}") from error
        self.stdout.write(f"DATABASE_URL={urls.runtime_url}")
        self.stdout.write(f"DATABASE_MAINTENANCE_URL={urls.maintenance_url}")
        self.stdout.write(f"DATABASE_MIGRATE_URL={urls.migrate_url}")
