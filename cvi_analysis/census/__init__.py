"""The Census: what the Bureau said, kept as evidence, and one tidy table of populations.

Kept: `registry` (what lies in `data/raw/`) -> `raw_figures` (read, whatever its form) ->
`tidy_table` (`data/processed/`, always rebuilt) -> `population_table` (looked up) and `places`
(which place a user means, by the names in `place_names`).

Fetched: `ingestion` -> `queries` (the fewest requests) -> `client` (the `census` package, through
`api_session`, `api_wire` and `api_key`) -> `api_answer` (what came back) -> `evidence` (checked,
stored as received, registered) -> rebuilt from the registry as above; `ingestion_report` says it.
"""
