"""Task lists printed as tables or records: `columns` and `rows` read them, `goals` their stages, `tables` makes tasks."""
