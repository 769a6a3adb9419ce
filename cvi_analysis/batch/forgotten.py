"""Imported last in a fork server, it leaves each process to read the package's files anew."""

from __future__ import annotations

from cvi_analysis.batch.fresh_code import forget_files

forget_files()
