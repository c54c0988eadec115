"""Webhooks: other systems are told what happens to demands, at an address of theirs."""
