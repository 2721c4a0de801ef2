"""The kill test: real engines, killed at random moments, lose nothing and double nothing."""
