"""What units ask for when they cannot do as they were told (请求): within which limits, who answers by when, and what
stands still meanwhile (reference b.1, b.5; decision 0019).

- `kinds`     延期, 异议, 协调, 调整, 暂缓, 撤销, 转常态; their causes and stages
- `limits`    how early, how long, how often: versioned data
- `weighing`  `weigh`: asked by the page that offers a form and by the use case that takes it, with the same facts
- `stillness` what stands still while a request waits, or a task is suspended
- `keys`      how the duty to answer is named
"""

from workflows.requests.keys import addressed, answer_key, answers
from workflows.requests.kinds import (
    CAUSE_LABELS,
    CAUSES,
    FOR_THE_LEAD,
    NEED_DOCUMENT,
    REQUEST_LABELS,
    STAGE_LABELS,
    Cause,
    RequestKind,
    Stage,
)
from workflows.requests.limits import RequestRules
from workflows.requests.stillness import (
    NEVER_HELD,
    REQUEST_HOLDS,
    STOPPED_CLOCKS,
    Holder,
    Stillness,
)
from workflows.requests.weighing import (
    Asked,
    Facts,
    Verdict,
    extension_date_faults,
    latest_extension,
    outlook,
    weigh,
)

__all__ = [
    "CAUSES",
    "CAUSE_LABELS",
    "FOR_THE_LEAD",
    "NEED_DOCUMENT",
    "NEVER_HELD",
    "REQUEST_HOLDS",
    "REQUEST_LABELS",
    "STAGE_LABELS",
    "STOPPED_CLOCKS",
    "Asked",
    "Cause",
    "Facts",
    "Holder",
    "RequestKind",
    "RequestRules",
    "Stage",
    "Stillness",
    "Verdict",
    "addressed",
    "answer_key",
    "answers",
    "extension_date_faults",
    "latest_extension",
    "outlook",
    "weigh",
]
