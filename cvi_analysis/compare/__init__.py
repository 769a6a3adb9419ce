"""Many cities at once: two scenarios against each other, and all cities side by side.

`Panel` holds every listed city under one scenario; `compare` says what moved between two panels
and why; `notebook` opens both for the notebooks that are their reports.
"""
