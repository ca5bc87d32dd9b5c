"""make hostile-files: every hostile file through the door, in worker processes that must survive. Prints FIGURE lines.

accepted_bad counts files that were accepted and that the judge (tests/hostile/judge.py) cannot read whole, or that must
never be accepted; worker_deaths counts worker processes that died and errors that no adapter may raise.
"""

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from ai_studio.providers.base import OutputFile
from tests.benchmarks.figures import figure, say
from tests.hostile import judge, khronos, work
from tests.hostile.cases import Case
from tests.hostile.corpus import corpus

LEAST = 200


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    cases = corpus(*(int(word) for word in sys.argv[1:2]))
    began = time.monotonic()
    accepted, bad, deaths = 0, 0, 0
    models: dict[str, bytes] = {}
    for case, found in _outcomes(cases):
        if isinstance(found, BaseException):
            deaths += 1
            say(f"death: {case.name}: {type(found).__name__}: {found}")
        elif not isinstance(found, str):
            accepted += 1
            if reason := judge.wrong(case, found):
                bad += 1
                say(f"accepted: {case.name}: {reason}")
            elif found[0].media_type == "model/gltf-binary":
                models[f"{len(models)} {case.name}"] = found[0].data
    bad += _wrong_for_khronos(models)
    figure("files", len(cases))
    figure("accepted_good", accepted - bad)
    figure("accepted_bad", bad)
    figure("worker_deaths", deaths)
    figure("seconds_per_file", (time.monotonic() - began) / len(cases), digits=3)
    return 0 if (bad, deaths) == (0, 0) and len(cases) >= LEAST else 1


def _wrong_for_khronos(models: dict[str, bytes]) -> int:
    if not khronos.is_there():
        say("The Khronos validator is not installed: models are judged by trimesh alone.")
        return 0
    errors = khronos.errors(models)
    for name, codes in errors.items():
        say(f"accepted: {name}: {', '.join(codes)}")
    return len(errors)


def _outcomes(cases: list[Case]) -> Iterator[tuple[Case, list[OutputFile] | str | BaseException]]:
    """One after another in a worker, so that a death has one cause."""
    pool = _worker()
    for case in cases:
        try:
            yield case, pool.submit(work.decoded, case.type, case.data).result()
        except BrokenProcessPool as death:
            yield case, death
            pool = _worker()
        except Exception as error:  # noqa: BLE001 -- counted
            yield case, error
    pool.shutdown()


def _worker() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=work.prepare)


if __name__ == "__main__":
    sys.exit(main())
