"""The console script `coach` (also `python -m bot`)."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; exit 0 done, 1 a clear error, 2 wrong usage."""
    from bot.quiet import hush

    hush()
    from bot.light import start_light

    start_light()
    from bot.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
