"""Bad input at the outer edge: each kind gets a clear sentence, the right status, and nothing is lost or half stored."""
