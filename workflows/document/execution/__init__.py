"""How a document wants its own execution run: `cadences` of reporting, the task force in `governance`."""
