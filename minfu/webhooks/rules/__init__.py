"""What is sent to whom, when, and what becomes of it."""
