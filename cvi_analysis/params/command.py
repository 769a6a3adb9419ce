"""`cvi register`: keep what is written about the assumptions in step with them."""

from __future__ import annotations

from cvi_analysis import paths
from cvi_analysis.errors import BuildError


def run(*, write: bool) -> int:
    """Compare the documentation of the register with what it should be, or write it.

    Returns:
        Exit status 0 if all is in step or was written, 1 if a file is out of step.

    Raises:
        InputError: a file in `params/` is wrong.
        BuildError: a file cannot be written.
    """
    from cvi_analysis.build.atomic import write_bytes
    from cvi_analysis.params import load_params
    from cvi_analysis.params.documentation import documents

    root = paths.root()
    params = load_params(root)
    params.check_scenarios()
    stale = []
    for name, text in documents(params.register, root).items():
        path = root / name
        now = path.read_text(encoding="utf-8") if path.is_file() else None
        if now == text:
            continue
        stale.append(name)
        if write:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_bytes(path, text.encode())
            except OSError as error:
                raise BuildError(f"{path}: cannot be written ({error.strerror}).") from error
    if not stale:
        print(f"{len(params.register.assumptions)} assumptions; their documentation is in step.")
        return 0
    print(f"{'Written' if write else 'Out of step'}: {', '.join(stale)}")
    if not write:
        print("`cvi register --write` renews them.")
    return 0 if write else 1
