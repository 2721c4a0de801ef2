"""What a task commits to: `indicators` from `figures`, `targets`, `measured` and `sentence`; `deliverables`; and the type
that follows, `tasktypes`."""
