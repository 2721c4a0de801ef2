"""落实: the rules of the house, as pure functions. Values in, decisions out; no I/O, no clock, no framework.

The map:

- `errors`      Refused: the one way a rule says no
- `units`       what units, posts and shares in a task exist
- `calendar`    working days of Chinese public offices, and periods
- `cadence`     what each period owes, when it opens and when it is due
- `lifecycle`   the states of plan, task, duty and report, one transition table each
- `policy`      who may do what
- `escalation`  which letter is owed to whom, now, and why
- `light`       the colour of a task, its reason and its mend; its class for the bulletin (五分法)
- `slips`       who may send which 督办单, and what it says to begin with
- `rulewords`   the rules in words: what a version says, what another says differently
- `registry`    the usual units of a county, to start from
- `unitlist`    the county's units as a table that goes out and comes back
- `likeness`    which known unit a printed name most likely means; `fields` is what bodies look after
- `document`    an official document's text → the tasks it assigns
"""
