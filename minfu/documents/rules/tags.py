"""What a pair of braces stands for: a figure, how it changed, a number vouched for, a table, a list. Pure."""

import re
from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from minfu.documents.rules.binding import Bound, Moved, Source
from minfu.documents.rules.notes import Notes, Piece
from minfu.papers.official import Run, Table, plain

_NAME = re.compile(r"[a-z_]{2,60}")
_FIXED_PARTS = 3


class Tags:
    """Reads what stands between {{ and }}; ``claim`` is the direction the prose before it names (1, 0, -1)."""

    def __init__(self, source: Source, notes: Notes):
        """Take where figures come from, and where figures and faults go."""
        self._source, self._notes = source, notes
        self.claim = 0

    def read(self, contents: str, line: int) -> Piece:
        """Return the piece a pair of braces stands for."""
        parts = contents.split()
        kinds: dict[str, Callable[[list[str], int], Piece | None]] = {
            "figure": self._plain, "rise": self._moved, "fall": self._moved, "more": self._moved, "less": self._moved,
            "change": self._moved, "fixed": self._fixed, "table": self._table, "records": self._records,
            "answer": self._answer,
        }  # fmt: skip
        if len(parts) == 1 and parts[0] in self._source.words:
            return Piece(line, self._source.words[parts[0]])
        if parts == ["unrecorded"]:
            return Piece(line, self._source.unrecorded)
        if not parts or parts[0] not in kinds:
            self._notes.fault(
                line,
                _("“{{ %(said)s }}”没有绑定数据：不认识“%(word)s”。")
                % {"said": contents[:60], "word": (parts or [""])[0][:40]},
            )
            return Piece(line)
        return kinds[parts[0]](parts, line) or Piece(line)

    def _named(self, parts: list[str], line: int) -> str | None:
        name = self._source.named(parts[1]) if len(parts) > 1 else ""
        if _NAME.fullmatch(name):
            return name
        sentence = _("“%(word)s”后面要写指标的名称，例如 {{ %(word)s 登记诉求 }}。")
        self._notes.fault(line, sentence % {"word": parts[0]})
        return None

    def _plain(self, parts: list[str], line: int) -> Piece | None:
        """``figure NAME`` or ``figure NAME before``."""
        name = self._named(parts, line)
        if name is None or not self._fits(parts, {2: (), 3: ("before",)}, line):
            return None
        bound = self._notes.asked(line, lambda: self._source.figure(name, before=bool(parts[2:])))
        if bound is None:
            return None
        if self.claim:
            sentence = _(
                "写“上升”“下降”的地方要写变化了多少：请把 {{ figure %(name)s }} 改成 {{ %(word)s %(name)s }}。"
            )
            self._notes.fault(line, sentence % {"name": name, "word": "rise" if self.claim > 0 else "fall"})
        return self._number(bound, bound.shown, line)

    def _answer(self, parts: list[str], line: int) -> Piece | None:
        """``answer NAME``: a number somebody told once, for the document's place and period."""
        if len(parts) == 1:
            self._notes.fault(line, _("“{{ answer }}”后面要写数据项的名称，例如 {{ answer 常住户数 }}。"))
            return None
        if self.claim:
            self._notes.fault(line, _("“上升”“下降”后面不能写填报的数：它没有上一时段可比。"))
        bound = self._notes.asked(line, lambda: self._source.answer("".join(parts[1:])))
        return self._number(bound, bound.shown, line) if bound else None

    def _number(self, bound: Bound, printed: str, line: int) -> Piece | None:
        if bound.value is None:
            self._notes.fault(line, _("“%(title)s”这一时段没有数，写不出来。") % {"title": bound.title})
            return None
        self._notes.use(line, printed, bound)
        return Piece(line, printed, bound.href)

    def _fits(self, parts: list[str], allowed: dict[int, tuple[str, ...]], line: int) -> bool:
        """Tell whether what follows the name is what there may be."""
        if len(parts) in allowed and tuple(parts[2:]) == allowed[len(parts)]:
            return True
        self._notes.fault(line, _("“{{ %(said)s }}”后面多了或少了字。") % {"said": " ".join(parts)[:60]})
        return False

    def _moved(self, parts: list[str], line: int) -> Piece | None:
        """``rise NAME`` and the like: how much it changed, and only if it changed that way."""
        name = self._named(parts, line)
        if name is None or not self._fits(parts, {2: ()}, line):
            return None
        now = self._notes.asked(line, lambda: self._source.figure(name))
        before = self._notes.asked(line, lambda: self._source.figure(name, before=True))
        if now is None or before is None:
            return None
        moved = Moved(now, before)
        printed = self._change(parts[0], moved, line)
        if printed is None:
            return None
        self._notes.use(line, before.shown, before)
        return self._number(now, printed, line)

    def _change(self, word: str, moved: Moved, line: int) -> str | None:
        """Return the words of a change; a fault where the text claims the other direction."""
        by = moved.by
        if by is None:
            self._notes.fault(
                line, _("“%(title)s”两个时段中有一个没有数，不能比较。") % {"title": moved.now.title}
            )
            return None
        if word == "change":
            return self._said(moved, by)
        wanted = 1 if word in {"rise", "more"} else -1
        if (by > 0) - (by < 0) != wanted or self.claim not in {0, wanted}:
            sentence = _("“%(title)s”实际%(what)s（本期 %(now)s，上期 %(before)s），与正文写的不符。")
            what = self._said(moved, by)
            told = {
                "title": moved.now.title,
                "what": what,
                "now": moved.now.shown,
                "before": moved.before.shown,
            }
            self._notes.fault(line, sentence % told)
            return None
        return self._amount(word, moved, line)

    def _amount(self, word: str, moved: Moved, line: int) -> str | None:
        """Return by how much it changed: in its own unit, in points of a share, or in hundredths."""
        by = abs(moved.by or 0)
        if word in {"more", "less"}:
            return f"{by:,}{moved.now.unit}"
        if moved.now.is_share:
            return f"{by}个百分点"
        if moved.percent is None:
            self._notes.fault(line, _("“%(title)s”上期是 0，不能算百分比。") % {"title": moved.now.title})
            return None
        return f"{abs(moved.percent)}%"

    def _said(self, moved: Moved, by: Decimal) -> str:
        """Return a change in the words of a document; those are Chinese whatever the reader's language."""
        if not by:
            return "持平"
        word = "上升" if by > 0 else "下降"
        if moved.now.is_share:
            return f"{word}{abs(by)}个百分点"
        if moved.percent is None:
            return f"{'增加' if by > 0 else '减少'}{abs(by):,}{moved.now.unit}"
        return f"{word}{abs(moved.percent)}%"

    def _fixed(self, parts: list[str], line: int) -> Piece | None:
        """``fixed 20 GROUND``: a number somebody vouches for."""
        if len(parts) < _FIXED_PARTS:
            self._notes.fault(line, _("手写的数要有依据：请写成 {{ fixed 20 依据 }}。"))
            return None
        ground = " ".join(parts[2:])
        digits = re.sub(r"[^\d.]", "", parts[1])
        value = Decimal(digits) if re.fullmatch(r"\d+(\.\d+)?", digits) else Decimal(0)
        bound = Bound("fixed", ground, "", "", value, parts[1], "", by_hand=ground)
        self._notes.use(line, parts[1], bound)
        return Piece(line, parts[1])

    def _table(self, parts: list[str], line: int) -> Piece | None:
        """``table NAME by place``: a figure split, each part bound."""
        name = self._named(parts, line)
        if name is None or not (self._fits(parts, {4: ("by", *parts[3:])}, line)):
            return None
        found = self._notes.asked(line, lambda: self._source.split(name, parts[3]))
        if found is None:
            return None
        if not found:
            self._notes.fault(line, _("这里没有可以分列的地方或单位，不能列表。"))
            return None
        rows = []
        for label, bound in found:
            text = "—" if bound.value is None else bound.text
            self._notes.use(line, text, bound)
            rows.append((plain(label), (Run(text, bound.href),)))
        first = found[0][1]
        title = f"{first.title}（{first.unit}）" if first.unit else first.title
        return Piece(line, block=Table(("名称", title), tuple(rows), (2, 1)))

    def _records(self, parts: list[str], line: int) -> Piece | None:
        """``records NAME``: the records behind a figure; refused where the writer may not see one of them."""
        name = self._named(parts, line)
        if name is None or not self._fits(parts, {2: ()}, line):
            return None
        found = self._notes.asked(line, lambda: self._source.records(name))
        if found is None:
            return None
        if found.hidden:
            self._notes.fault(
                line, _("这些记录中有 %(count)s 件您无权查看，不能列成清单。") % {"count": found.hidden}
            )
            return None
        secret = ("另有", f"{found.secret}件举报或要求保密的事，不列入清单", "", "", "")
        listed = [*found.rows, secret[: len(found.titles)]] if found.secret else found.rows
        rows = tuple(tuple(plain(cell) for cell in row) for row in listed)
        return Piece(line, block=Table(found.titles, rows, found.widths))
