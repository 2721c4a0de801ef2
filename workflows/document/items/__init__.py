"""Where the items of a document stand: `numbering` and `outline` cut them, `brackets` pairs brackets, `boxes` sets apart
what holds numbers but no tasks."""
