"""Who is named for an item: `clauses`, `plain` and `wraps` find where, `clause` with `labels`, `verbs` and `notes` reads it
into a `reading`, `unitnames` and `elliptic` know what names look like, `slots` the time a clause names, `named` says who
that is."""
