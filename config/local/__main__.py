"""python -m config.local demo | smoke | serve | with-servers -- COMMAND | clean"""

import argparse
import sys
from pathlib import Path

from config.local import demo
from config.local.errors import LaunchError
from config.local.folder import DATA, DataFolder
from config.local.screen import Screen

SITES = {"demo": demo.demo, "smoke": demo.smoke, "serve": demo.serve}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m config.local", description=__doc__)
    commands = parser.add_subparsers(dest="name", required=True)
    for name, about in (
        ("demo", "start everything, make one of each type, keep serving"),
        ("smoke", "start everything, make one of each type, verify the artifacts, stop"),
        ("serve", "start everything and keep serving"),
    ):
        command = commands.add_parser(name, help=about)
        command.add_argument("--data", type=Path, default=DATA / ("smoke" if name == "smoke" else "demo"))
        command.add_argument("--port", type=int, help="instead of the first free one from 8000")
    command = commands.add_parser("with-servers", help="run a command beside fresh servers")
    command.add_argument("--data", type=Path, help="keep the servers' data here; default: nothing is kept")
    command.add_argument("--throwaway", action="store_true", help="faster, and not safe against a power cut")
    command.add_argument("--migrate", action="store_true", help="migrate and seed before the command runs")
    command.add_argument("command", nargs="+")
    commands.add_parser("clean", help="delete everything this checkout's launcher keeps")
    return parser.parse_args()


def run(given: argparse.Namespace, screen: Screen) -> int:
    if given.name == "with-servers":
        return demo.with_servers(given.data, given.command, durable=not given.throwaway, migrated=given.migrate)
    if given.name == "clean":
        demo.clean_all()
    else:
        SITES[given.name](DataFolder(given.data), screen, port=given.port)
    return 0


def main() -> int:
    given, screen = arguments(), Screen()
    demo.stop_on_signals()
    try:
        return run(given, screen)
    except LaunchError as error:
        screen.line(str(error), style="red")
        return 1
    except KeyboardInterrupt:
        screen.line("Everything is stopped.")
        # Ctrl-C is how serving ends; a smoke test or a command that it interrupts did not succeed.
        return 0 if given.name in ("demo", "serve") else 130


if __name__ == "__main__":
    sys.exit(main())
