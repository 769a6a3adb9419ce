"""The twelve role keys, in the order in which every sum and every table goes."""

from __future__ import annotations

FRONTLINE = (
    "outreach_worker",
    "mediator",
    "case_manager",
    "family_case_manager",
    "victim_advocate",
    "hospital_specialist",
)
SUPERVISOR = "supervisor"
OVP = (
    "ovp_director",
    "ovp_assistant_director",
    "ovp_engagement_manager",
    "ovp_data_analyst",
    "ovp_services_liaison",
)
ROLES = (*FRONTLINE, SUPERVISOR, *OVP)

GROUPS = {
    **dict.fromkeys(FRONTLINE, "frontline"),
    SUPERVISOR: "supervision",
    **dict.fromkeys(OVP, "ovp"),
}
"""The group of each role: frontline, supervision (both community employers) or ovp (city posts)."""
