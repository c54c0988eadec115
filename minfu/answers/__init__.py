"""Answers: what somebody was asked once, kept as facts with an owner and a date, and reused everywhere. See README.md."""
