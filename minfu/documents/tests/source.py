"""A source of figures for tests: what stands in a dictionary."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from minfu.documents.rules.binding import Bound, Records
from minfu.kernel.errors import Missing

AT = datetime(2026, 7, 6, 1, tzinfo=UTC)


@dataclass
class Told:
    """Figures by name: now and before; ``shares`` are percentages."""

    now: dict[str, Decimal | int | None]
    earlier: dict[str, Decimal | int | None] = field(default_factory=dict)
    shares: frozenset[str] = frozenset()
    words: dict[str, str] = field(default_factory=lambda: {"area": "凤埔乡", "period": "2026年上半年"})
    hidden: int = 0
    unrecorded: str = ""

    def named(self, word: str) -> str:
        return word

    def figure(self, name: str, *, before: bool = False) -> Bound:
        held = self.earlier if before else self.now
        if name not in held:
            raise Missing(f"没有“{name}”这个指标。")
        value = held[name]
        share = name in self.shares
        return Bound(
            name=name,
            title=name,
            area="350922204",
            period="2025-H2" if before else "2026-H1",
            value=None if value is None else Decimal(value),
            text="—" if value is None else f"{value:,}",
            unit="%" if share else "件",
            href=f"https://minfu.invalid/figures/{name}/?period={'2025-H2' if before else '2026-H1'}",
            told="登记的诉求",
            at=AT,
            is_share=share,
        )

    def answer(self, name: str) -> Bound:
        return self.figure(name)

    def split(self, name: str, by: str) -> list[tuple[str, Bound]]:
        labels = {"place": ("凤埔村", "际头村"), "unit": ("县水利局",)}
        return [(label, self.figure(name)) for label in labels.get(by, ())]

    def records(self, name: str) -> Records:
        self.figure(name)
        return Records(("编号", "事项"), [("20260701-0000012", "路灯不亮")], self.hidden)
