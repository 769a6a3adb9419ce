"""The arithmetic of a profile: pure functions of numbers, no files, no pandas, no Jupyter.

Every function takes plain numbers or NumPy arrays of draws and broadcasts, so that one city, fifty
cities and ten thousand draws go through the same formulas. All arithmetic is float64 in the order
written; rounding is half up.
"""

from cvi_analysis.model.budget import Budget
from cvi_analysis.model.people import People
from cvi_analysis.model.profile import Profile, profile
from cvi_analysis.model.roles import FRONTLINE, GROUPS, OVP, ROLES, SUPERVISOR
from cvi_analysis.model.staffing import Post

__all__ = [
    "FRONTLINE",
    "GROUPS",
    "OVP",
    "ROLES",
    "SUPERVISOR",
    "Budget",
    "People",
    "Post",
    "Profile",
    "profile",
]
