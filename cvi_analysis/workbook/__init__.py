"""`<slug>.xlsx`: the profile as a spreadsheet of live formulas, for a budget office to audit.

Every assumption stands once, in a named cell of the sheet Inputs; every result is a formula on
named cells, written together with the model's own value. The names are the dotted names of the
report's JSON with `_` for `.`: `roles_mediator_caseload`, `staffing_mediator_count`,
`budget_total`.
"""

from cvi_analysis.workbook.make import workbook

__all__ = ["workbook"]
