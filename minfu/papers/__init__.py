"""Paper: pages laid out by typst and handed out as PDF. Rooms bring a template and data; see README.md."""
