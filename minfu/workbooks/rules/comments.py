"""Comments at cells: their texts, what draws them, and what leads from the sheet to both (ECMA-376 §18.7)."""

import posixpath
from collections.abc import Mapping
from itertools import count

from lxml import etree

from minfu.workbooks.rules.package import LINKS, MAIN, PACKAGE, Place, links, links_of, name_of, parsed

AUTHOR = "民富"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_V, _O, _X = (
    "urn:schemas-microsoft-com:vml",
    "urn:schemas-microsoft-com:office:office",
    "urn:schemas-microsoft-com:office:excel",
)
_EMPTY_VML = (
    f'<xml xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}">'
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
#: What stands behind ``legacyDrawing`` in a sheet: it goes before the first of them.
_BEHIND = frozenset(
    {
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "webPublishItems",
        "tableParts",
        "extLst",
    }
)
_SHAPE = (
    '<v:shape xmlns:v="{v}" xmlns:o="{o}" xmlns:x="{x}" id="_x0000_s{id}" type="#_x0000_t202" '
    'style="position:absolute;margin-left:80pt;margin-top:2pt;width:180pt;height:96pt;z-index:1;visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
#: Numbers of shapes: far above those Excel gives.
_FIRST_SHAPE = 600_000


def add_comments(parts: Mapping[str, bytes], sheet: str, notes: Mapping[Place, str]) -> dict[str, bytes]:
    """Return the parts that change when comments are added to a sheet; a cell that has one of somebody else keeps it as it is.

    A drawing that is no well-formed XML is left alone, and with it the sheet's comments.
    """
    leads = links(parts, sheet)
    comments = next((target for kind, target in leads.values() if kind == "comments"), "")
    drawing = next((target for kind, target in leads.values() if kind == "vmlDrawing"), "")
    added_comments = "" if comments else _free(parts, "xl/comments{}.xml")
    added_drawing = "" if drawing else _free(parts, "xl/drawings/vmlDrawing{}.vml")
    changed: dict[str, bytes] = {}
    try:
        vml = parsed(parts[drawing]) if drawing else parsed(_EMPTY_VML.encode())
    except etree.XMLSyntaxError:
        return {}
    root = parsed(parts[comments]) if comments else _no_comments()
    added = _texts(root, notes)
    _shapes(vml, added)
    changed[comments or added_comments] = _written(root)
    changed[drawing or added_drawing] = etree.tostring(vml)
    if added_comments or added_drawing:
        changed.update(_led(parts, sheet, added_comments, added_drawing))
    return changed


def _free(parts: Mapping[str, bytes], name: str) -> str:
    """Return the first free name of its kind. The kind is that of Excel: some readers go by the names of parts."""
    taken = {one.lower() for one in parts}
    return next(free for at in count(1) if (free := name.format(at)).lower() not in taken)


def _written(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _no_comments() -> etree._Element:
    root = etree.Element(f"{{{MAIN}}}comments", nsmap={None: MAIN})
    etree.SubElement(root, f"{{{MAIN}}}authors")
    etree.SubElement(root, f"{{{MAIN}}}commentList")
    return root


def _texts(root: etree._Element, notes: Mapping[Place, str]) -> list[Place]:
    """Add the texts of comments, and return the cells that got one; one of minfu's own of last time says the new source."""
    authors, listed = root.find(f"{{{MAIN}}}authors"), root.find(f"{{{MAIN}}}commentList")
    own = next((str(at) for at, one in enumerate(authors) if one.text == AUTHOR), "")
    if not own:
        own = str(len(authors))
        etree.SubElement(authors, f"{{{MAIN}}}author").text = AUTHOR
    has = {one.get("ref"): one for one in listed}
    added = []
    for place, note in sorted(notes.items()):
        name = name_of(*place)
        one = has.get(name)
        if one is None:
            one = etree.SubElement(listed, f"{{{MAIN}}}comment", ref=name, authorId=own)
            added.append(place)
        elif one.get("authorId") == own:
            for child in list(one):
                one.remove(child)
        else:
            continue
        text = etree.SubElement(etree.SubElement(one, f"{{{MAIN}}}text"), f"{{{MAIN}}}t")
        text.text = note
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return added


def _shapes(vml: etree._Element, places: list[Place]) -> None:
    taken = {one.get("id") for one in vml.iter(f"{{{_V}}}shape")}
    free = (number for number in count(_FIRST_SHAPE) if f"_x0000_s{number}" not in taken)
    for number, (row, column) in zip(free, places, strict=False):
        shape = _SHAPE.format(v=_V, o=_O, x=_X, id=number, row=row, column=column)
        vml.append(parsed(shape.encode()))


def _led(parts: Mapping[str, bytes], sheet: str, comments: str, drawing: str) -> dict[str, bytes]:
    """Return sheet, relations and content types with what leads to new parts."""
    changed: dict[str, bytes] = {}
    name = links_of(sheet)
    root = (
        parsed(parts[name])
        if name in parts
        else etree.Element(f"{{{PACKAGE}}}Relationships", nsmap={None: PACKAGE})
    )
    types = parsed(parts["[Content_Types].xml"])
    if comments:
        _lead(root, "rIdMinfuComments", "comments", sheet, comments)
        etree.SubElement(types, f"{{{TYPES}}}Override", PartName=f"/{comments}", ContentType=_COMMENTS_TYPE)
    if drawing:
        _lead(root, "rIdMinfuDrawing", "vmlDrawing", sheet, drawing)
        if not any(one.get("Extension") == "vml" for one in types):
            types.insert(0, etree.Element(f"{{{TYPES}}}Default", Extension="vml", ContentType=_VML_TYPE))
        page = parsed(parts[sheet])
        made = etree.Element(
            f"{{{MAIN}}}legacyDrawing", {f"{{{LINKS}}}id": "rIdMinfuDrawing"}, nsmap={"r": LINKS}
        )
        behind = next(
            (one for one in page if isinstance(one.tag, str) and etree.QName(one).localname in _BEHIND), None
        )
        if behind is None:
            page.append(made)
        else:
            behind.addprevious(made)
        changed[sheet] = _written(page)
    changed[name], changed["[Content_Types].xml"] = _written(root), _written(types)
    return changed


def _lead(root: etree._Element, name: str, kind: str, sheet: str, target: str) -> None:
    etree.SubElement(
        root,
        f"{{{PACKAGE}}}Relationship",
        Id=name,
        Type=f"{LINKS}/{kind}",
        Target=posixpath.relpath(target, posixpath.dirname(sheet)),
    )
