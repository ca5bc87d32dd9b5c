import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import demo_brand


class Command(BaseCommand):
    help = "Make the demo brand with people in every role and a fresh API key; prints how to sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="For programs.")

    def handle(self, *args: Any, **options: Any) -> None:
        brand_id, token, people = demo_brand.seed()
        if options["json"]:
            facts = {"brand_id": str(brand_id), "api_key": token, "users": [asdict(person) for person in people]}
            self.stdout.write(json.dumps(facts))
            return
        self.stdout.write(f"brand {brand_id}\nAPI key {token}")
        for person in people:
            self.stdout.write(f"{person.role:<9}{person.email:<24}{person.password}")
