"""The scenario of local wages is what its script makes of the table."""

from __future__ import annotations


def test_the_file_is_what_the_script_gives(library, local_wages, root):
    made = local_wages.scenario(library.params)
    assert (root / local_wages.FILE).read_text(encoding="utf-8") == made
