"""The `cvi` command: one clear message and an exit status for what goes wrong, no traceback."""

from __future__ import annotations

import os
import sys

from cvi_analysis.errors import CviError

INTERRUPTED = 130  # 128 + SIGINT, as shells say it


def main() -> None:
    """Run the command line and exit with its status.

    0 when all went well, 1 when something could not be built, 2 for wrong input (also typer's
    status for wrong options), 130 after Ctrl-C. A reader that closed the pipe early, such as
    `head`, is no error.
    """
    try:
        # start-up time can be interrupted too, and ends as below.
        from cvi_analysis.cli import app

        app()
    except CviError as error:
        print(f"cvi: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        _say_interrupted()
        sys.exit(INTERRUPTED)
    except SystemExit as stop:
        # typer turns Ctrl-C inside a command into a silent exit.
        if isinstance(getattr(stop.__context__, "__cause__", None), KeyboardInterrupt):
            _say_interrupted()
        raise
    except BrokenPipeError:
        # Python would complain once more when it flushes standard output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        from cvi_analysis.files import refusal  # start-up time: seldom needed

        told = refusal(error)
        if told is None:
            raise
        print(f"cvi: {told}", file=sys.stderr)
        sys.exit(1)


def _say_interrupted() -> None:
    print("cvi: interrupted.", file=sys.stderr)


if __name__ == "__main__":
    main()
