"""Making a process ready to render before it is asked to.

Importing this loads exporters, templates and fonts. The workers' fork server imports it once; what
it leaves behind is shared by all workers. It starts no thread and no other process, which would not
survive the fork. `rehearse` does start them: it is for the preview's process, which waits anyway.
A build's workers gained nothing by it.
"""

from __future__ import annotations

import gc
from contextlib import suppress

import nbformat

from cvi_analysis import paths
from cvi_analysis.batch import rendering
from cvi_analysis.batch.fingerprint import NOTEBOOK
from cvi_analysis.batch.orders import noted

rendering.prepare()
gc.collect()
gc.freeze()  # What all workers share is neither looked through nor copied by their collectors.


def rehearse() -> None:
    """Render the notebook as it stands, without results, and throw the files away.

    Afterwards pandoc runs and has converted the text that all reports share, and Typst has read
    its fonts. What is wrong with the notebook is for the build to say.
    """
    with suppress(Exception), noted():
        text = (paths.root() / NOTEBOOK).read_text(encoding="utf-8")
        notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
        rendering.render_html(notebook)
        rendering.render_pdf(notebook)
    gc.collect()
    gc.freeze()
