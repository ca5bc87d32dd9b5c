"""A year of events for the demo brand, loaded beside the first jobs: web serves meanwhile."""

import sys
from dataclasses import dataclass

from config.local.folder import CHECKOUT
from config.local.processes import WEB, Program, own_environment
from config.local.running import Site
from config.local.screen import Bar, Screen

NAME = "events"
_PROGRESS = "PROGRESS"  # as load_demo_events tells of itself where there is no terminal


@dataclass
class Loading:
    """Of the demo's events; its bar is shown from the first look on."""

    site: Site
    screen: Screen
    bar: Bar | None = None

    def is_over(self) -> bool:
        """Looks how far it is. When it failed that is said, and the demo goes on without."""
        if self.bar is None:
            self.bar = self.screen.bar("A year of events")
        running = self.site.processes.running.get(NAME)
        if running is None:
            return True
        code = running[1].poll()
        if code is None:
            self._show(self.bar)
            return False
        del self.site.processes.running[NAME]
        self.screen.finish(self.bar, note="failed" if code else "loaded", ok=not code)
        if code:
            self.screen.line(str(self.site.processes.failure(NAME, "The demo's events could not be loaded.")))
        return True

    def _show(self, bar: Bar) -> None:
        told = [line.split() for line in self._log() if line.startswith(_PROGRESS)]
        if told:
            done, total = (int(number) for number in told[-1][1:])
            self.screen.update(bar, percent=100 * done / max(total, 1), note="loading")

    def _log(self) -> list[str]:
        """Its whole lines: the last one may be half written."""
        return self.site.processes.log(NAME).read_text(errors="replace").split("\n")[:-1]


def start(site: Site, screen: Screen) -> Loading:
    environment = own_environment(**site.environment)
    environment.pop("DATABASE_ADMIN_URL", None)
    site.processes.start(
        Program(
            name=NAME,
            command=[sys.executable, "manage.py", "load_demo_events", str(site.seed["brand_id"])],
            order=WEB,
            environment=environment,
            directory=CHECKOUT,
        )
    )
    return Loading(site, screen)
