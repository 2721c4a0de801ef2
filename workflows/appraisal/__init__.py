"""年度考核: schemes as data, formulas over a white list of facts, every point with its rule and its rows."""

from workflows.appraisal.kinds import GRADE_LABELS, GROUP_LABELS, AppraisalGroup, Grade

__all__ = ["GRADE_LABELS", "GROUP_LABELS", "AppraisalGroup", "Grade"]
