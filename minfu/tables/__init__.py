"""Any list as a table: Excel or CSV, in the order and filter of its screen. See README.md."""
