"""The light of a task (灯), and its pace for the bulletin (五分法): what it is, why, by which rule, and what mends it.

`rules` are the thresholds a county may change; `standing` are the facts that are judged, with what the schedule expects
of them; `lamp` gives the light and `pace` the class. All from reference b.3.
"""

from workflows.light.lamp import COLOUR_LABELS, HEALTHY, RULE_LABELS, Colour, Light, Rule, light
from workflows.light.pace import PACE_LABELS, Pace, Paced, pace
from workflows.light.rules import THRESHOLD_LABELS, LightRules
from workflows.light.standing import (
    NO_CHANGE,
    NO_CHANGE_PERIOD,
    Filed,
    Milestone,
    Standing,
    expected_percent,
    unchanged_periods,
)

__all__ = [
    "COLOUR_LABELS",
    "HEALTHY",
    "NO_CHANGE",
    "NO_CHANGE_PERIOD",
    "PACE_LABELS",
    "RULE_LABELS",
    "THRESHOLD_LABELS",
    "Colour",
    "Filed",
    "Light",
    "LightRules",
    "Milestone",
    "Pace",
    "Paced",
    "Rule",
    "Standing",
    "expected_percent",
    "light",
    "pace",
    "unchanged_periods",
]
