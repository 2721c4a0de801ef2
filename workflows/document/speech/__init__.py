"""What a speech or report demands without a clause: `demands` with `imperatives` finds it, `actors` says who acts,
`candidates` cuts it."""
