"""Mediation of disputes, from both sides' consent to the agreement that is kept."""
