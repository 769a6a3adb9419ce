"""CVI city profiles: people at the highest risk, staff, budget and methodology for a city.

An independent implementation of the public method of the CVI Ecosystem profiles by the
Coalition to Advance Public Safety (https://www.cviecosystem.org/).
"""

__project__ = "CVI city profiles"
"""Who publishes the reports, as CITATION.cff has it."""

__version__ = "1.0.0"
__edition__ = "2026-11"
"""Year and month for which the reports stand: moved by hand with their sources, never a clock."""
