"""Official documents in the layout of GB/T 9704-2012: one neutral model, written as Word, PDF and OFD.

Facts of the layout, with their sources, are in ``layout.py``; docs/decisions/official-documents.md says why it is done this way.
"""

from minfu.papers.official.model import (
    Attachment,
    Block,
    Heading,
    Kind,
    Official,
    Paragraph,
    Picture,
    Run,
    Table,
    plain,
)

__all__ = [
    "Attachment",
    "Block",
    "Heading",
    "Kind",
    "Official",
    "Paragraph",
    "Picture",
    "Run",
    "Table",
    "plain",
]
