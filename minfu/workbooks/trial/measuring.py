"""How well the forms of the trial are read. Needs no database: the county is the shipped one."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import minfu.cases
from minfu.places.index import Known as Division
from minfu.places.loading import DATA
from minfu.places.loading import read as divisions
from minfu.workbooks.rules import county, layout, matching, package, titles, words
from minfu.workbooks.rules.meaning import Known, Match
from minfu.workbooks.trial import bureaus, forms, more, offices, others, stations
from minfu.workbooks.trial.drawing import ASK, Paper

#: The Monday the forms are filled in, by a clerk of Fengpu; the county of the shipped register.
TODAY, OWN, COUNTY = date(2026, 7, 6), "350922204000", "350922"
#: What is required: this share of the cells right, and no wrong one sure.
LEAST = 0.9
PAPERS: tuple[Paper, ...] = (
    *forms.PAPERS,
    *more.PAPERS,
    *others.PAPERS,
    *offices.PAPERS,
    *bureaus.PAPERS,
    *stations.PAPERS,
)


@dataclass
class Tally:
    """What came of a form: cells, right ones, those filled without asking, and every wrong one in words."""

    name: str
    cells: int = 0
    right: int = 0
    known: int = 0
    sure: int = 0
    wrong_though_sure: int = 0
    wrong: list[str] = field(default_factory=list)


def lexicon() -> words.Lexicon:
    """Return the words of the trial's county, from the files shipped with minfu."""
    levels = {6: "county", 9: "township", 12: "village"}
    rows = [
        Division(row.code.ljust(12, "0"), row.name, levels[len(row.code)], None, ended=False, successor=None)
        for row in divisions(DATA / f"divisions_{COUNTY}.csv")
    ]
    whole = Division(COUNTY.ljust(12, "0"), "古田县", "county", None, ended=False, successor=None)
    path = Path(minfu.cases.__file__).parent / "data" / "categories.csv"
    with path.open(encoding="utf-8", newline="") as file:
        categories = {row["code"]: row["name"] for row in csv.DictReader(file)}
    return words.Lexicon(words.shipped(TODAY), county.names_of([whole, *rows], categories))


def matches(data: bytes, known_words: words.Lexicon) -> dict[str, Match]:
    """Return what the cells of a workbook ask for, as for a clerk of Fengpu."""
    form = layout.read(package.read(data))
    found = titles.period_of(form, TODAY)
    area = titles.area_of(form, known_words, OWN)
    known = Known(known_words, county.kinds(TODAY), area, TODAY, found, found)
    return matching.match(form, known)


def measured(papers: Iterable[Paper] = PAPERS) -> list[Tally]:
    """Return what came of each form."""
    known_words = lexicon()
    return [_measured(paper, known_words) for paper in papers]


def _measured(paper: Paper, known_words: words.Lexicon) -> Tally:
    found = {key: one for key, one in matches(paper.data(), known_words).items() if not one.is_text}
    tally = Tally(paper.name)
    for key in dict.fromkeys((*paper.answers, *found)):
        wanted, match = paper.answers.get(key, "no cell"), found.get(key)
        told = "no cell" if match is None else match.meaning.short if match.meaning else ASK
        tally.cells += 1
        tally.right += told == wanted
        tally.known += wanted not in (ASK, "no cell")
        sure = match is not None and match.status == "sure"
        tally.sure += sure
        if told != wanted:
            tally.wrong_though_sure += sure
            why = match.why if match else ""
            tally.wrong.append(f"{key} {match.slot.label if match else ''}: {told}，应为 {wanted} {why}")
    return tally
