"""Importing this makes a process ready to render: exporters, templates and fonts are loaded.

The workers' fork server imports it once; what it leaves behind is shared by all workers. It starts
no thread and no other process, which would not survive the fork.
"""

from __future__ import annotations

from cvi_analysis import exporters

exporters.prepare()
