"""Populations from the Census API: pulled with the `census` package, kept as evidence, checked.

Flow: `command` (what is asked for) -> `client` (the API, through `session` and `transport`) ->
`checks` (is it what was asked, and plausible) -> `evidence` (the bytes, then the registry) ->
`cvi_analysis.populations` (rebuilds `data/processed/` from the registry alone).
"""
