"""The demo county (演示县): fictitious units, people, one plan and its first months, made by the real services and engine.

- `county`    who there is: units, collective names, people, sign-ins
- `document`  the sample plan: plan.txt with the years of today, and its .docx
- `story`     what the people of the county are like, and what they report
- `owed`      what these people look at before they act
- `history`   the months lived through, day by day
- `papers`    what the office prints and scores: bulletins, the year's assessment
- `loading`   all of it in one piece, once
"""
