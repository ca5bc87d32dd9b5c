"""python -m ai_studio.decoders CPU_SECONDS MEMORY_BYTES FILE_BYTES WALL_SECONDS: one order in, one answer out."""

import sys

from ai_studio.decoders import bounds, wire


def main() -> None:
    """Answers {"bad": sentence}, or {"files": …}; anything else is a death, which the worker takes for a bad file."""
    cpu, memory, file, wall = (int(word) for word in sys.argv[1:5])
    bounds.bind(cpu_seconds=cpu, memory_bytes=memory, file_bytes=file, wall_seconds=wall)
    from ai_studio.decoders import results

    order = wire.read_order(sys.stdin.buffer)
    try:
        files = results.files_of(order)
    except bounds.Bad as bad:
        wire.write(sys.stdout.buffer, {"bad": str(bad)}, [])
        return
    facts = [{name: value for name, value in vars(file).items() if name != "data"} for file in files]
    sizes = [{"size": len(file.data)} for file in files]
    answer = {"files": [fact | size for fact, size in zip(facts, sizes, strict=True)]}
    wire.write(sys.stdout.buffer, answer, [file.data for file in files])


if __name__ == "__main__":
    main()
