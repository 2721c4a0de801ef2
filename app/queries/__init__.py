"""Every read, shaped for a page or for the engine. No writes, no rules; split by reader."""
