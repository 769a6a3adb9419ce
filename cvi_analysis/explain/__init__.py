"""Where a number of a report comes from: the chain of steps from source figures to it."""

from cvi_analysis.explain.chain import Chain
from cvi_analysis.explain.step import Step

__all__ = ["Chain", "Step"]
