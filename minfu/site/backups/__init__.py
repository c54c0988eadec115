"""Backup, restore and upgrade. See docs/operations/backup-and-restore.md and docs/decisions/backup.md."""
