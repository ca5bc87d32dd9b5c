"""Try a prompt: python -m ai_studio.providers.local "a red glass bottle, studio light" --type MODEL_3D --out DIR"""

import argparse
import time
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ai_studio.providers.local.contract import (
    ASPECT_RATIOS,
    QUALITIES,
    TYPES,
    InvalidRequest,
    RenderRequest,
    RenderResult,
)
from ai_studio.providers.local.render import render


def main() -> int:
    """Render one request into a folder and say what was understood."""
    args = _arguments()
    console = Console()
    request = RenderRequest(
        type=args.type, prompt=args.prompt, negative_prompt=args.negative, seed=args.seed, quality=args.quality,
        aspect_ratio=args.aspect_ratio, duration_seconds=args.duration, steps=args.steps, guidance=args.guidance,
        palette=tuple(args.palette),
    )  # fmt: skip
    started = time.perf_counter()
    try:
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task("rendering", total=100)
            result = render(request, progress=lambda percent: bar.update(task, completed=percent))
    except InvalidRequest as error:
        console.print(f"[red]{error}")
        return 2
    _write(result, args.out, console)
    console.print(
        f"{time.perf_counter() - started:.2f} s, prompt coverage {result.prompt_coverage:.0%}, "
        f"ignored: {', '.join(result.ignored) or 'nothing'}"
    )
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ai_studio.providers.local", description=__doc__)
    parser.add_argument("prompt")
    parser.add_argument("--type", choices=TYPES, default="IMAGE_2D")
    parser.add_argument("--negative", default="")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quality", choices=QUALITIES, default="standard")
    parser.add_argument("--aspect-ratio", choices=ASPECT_RATIOS, default="1:1")
    parser.add_argument("--duration", type=int, default=2)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--palette", nargs="*", default=[], metavar="#rrggbb")
    parser.add_argument("--out", type=Path, default=Path())
    return parser.parse_args()


def _write(result: RenderResult, folder: Path, console: Console) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    table = Table("file", "role", "type", "size", "bytes")
    for file in result.files:
        (folder / file.name).write_bytes(file.data)
        size = f"{file.width}×{file.height}" if file.width else ""
        table.add_row(file.name, file.role, file.media_type, size, f"{len(file.data):,}")
    console.print(table)
    console.print(", ".join(f"{word} → {node}" for word, node in result.understood))


if __name__ == "__main__":
    raise SystemExit(main())
