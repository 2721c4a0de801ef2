"""Who may open what: every address the application answers at × every kind of person, one table, no cell left out."""
