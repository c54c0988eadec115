"""Figures: indicators and dashboards. Every number is a query over what rooms recorded, and leads to its records."""
