"""``minfu evaluate topics``: how well topics are found in a stream of messages. Needs no database."""

import csv
import gzip
import io
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from minfu import language
from minfu.kernel.errors import Invalid
from minfu.language import topic_evaluation as evaluation
from minfu.language.topic_evaluation import Hot, Message, Replayed
from minfu.site.cli.evaluate import console

#: Topics shown for reading.
HOTTEST = 25
#: What two readers said of them who saw nothing but the texts, and not each other: numbers of messages and verdicts, no texts.
VERDICTS = Path(language.__file__).parent / "data" / "hot_topics.csv"
YES, NO = "yes", "no"


def topics(
    data: Annotated[
        Path,
        typer.Option(exists=True, file_okay=False, help="文件夹:stream.csv.gz 和 hot_consensus.csv"),
    ],
    verdicts: Annotated[
        Path,
        typer.Option(exists=True, dir_okay=False, help="两人盲读的判断(csv,只有编号和判断)"),
    ] = VERDICTS,
) -> None:
    """量一量话题归得准不准:按时间先后一件一件重放,不看后面的。"""
    messages = _messages(_rows(data / "stream.csv.gz"))
    found = evaluation.replay(messages)
    console.print(
        f"{len(messages):,} 件,{len(found.topics):,} 个话题;每件 {found.mean_ms:.2f} 毫秒,最慢一件 {found.slowest_ms:.1f} 毫秒。"
    )
    listed: dict[str, dict[int, int]] = {}
    for row in _rows(data / "hot_consensus.csv"):
        listed.setdefault(row["issue"], {})[int(row["message_id"])] = int(row["n_teams"])
    table = Table("话题", "召回率", "准确率", "归到一起的", title="对照多人列出的话题")
    for one in evaluation.against(found, listed):
        recall = f"{one.recall:.3f} ({one.found}/{one.wanted})"
        precision = f"{one.precision:.3f} ({one.listed}/{one.size})"
        table.add_row(one.name, recall, precision, str(one.size))
    console.print(table)
    sizes = sorted((len(keys) for keys in found.topics.values()), reverse=True)
    large = sum(size > evaluation.LARGE for size in sizes)
    console.print(f"最大的话题 {sizes[0] if sizes else 0} 件;超过 {evaluation.LARGE} 件的 {large} 个。")
    _hottest(found, _verdicts(verdicts))


def _rows(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(10_000_000)
    if not path.exists():
        raise Invalid({"data": [f"文件夹里没有 {path.name}。"]})
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def _messages(rows: list[dict[str, str]]) -> list[Message]:
    return [
        Message(
            int(row["message_id"]),
            row["user"],
            datetime.fromisoformat(row["time"]),
            row["title"].strip() + "\n" + row["content"].strip(),
        )
        for row in rows
    ]


def _verdicts(path: Path) -> dict[frozenset[int], tuple[str, str]]:
    """Return what two readers said of each list of messages: of exactly these, so that another list counts as not read."""
    found = {}
    for number, row in enumerate(_rows(path), 2):
        said = (row.get("reader_1", ""), row.get("reader_2", ""))
        if not {*said} <= {YES, NO}:
            raise Invalid(
                {"verdicts": [f"{path.name} 第 {number} 行:reader_1 和 reader_2 请填 {YES} 或 {NO}。"]}
            )
        found[frozenset(int(one) for one in row["message_ids"].split())] = said
    return found


def _hottest(found: Replayed, verdicts: dict[frozenset[int], tuple[str, str]]) -> None:
    """Print the hottest topics with their messages' numbers, and what was said of them."""
    table = Table("", "人", "热度", "件", "编号(最热的三十天里)", "判断", title=f"最热的 {HOTTEST} 个")
    shown = found.hot[:HOTTEST]
    read = [verdicts.get(frozenset(hot.messages)) for hot in shown]
    for rank, (hot, said) in enumerate(zip(shown, read, strict=True), 1):
        table.add_row(*_line(rank, hot), "/".join(said) if said else "没有读过")
    console.print(table)
    known = [said for said in read if said]
    first, second = (sum(said[reader] == YES for said in known) for reader in (0, 1))
    both, same = sum(said == (YES, YES) for said in known), sum(said[0] == said[1] for said in known)
    console.print(
        f"两人盲读过 {len(known)} 个，没有读过 {len(shown) - len(known)} 个。"
        f"说是一件事的：第一人 {first} 个，第二人 {second} 个，两人都说是的 {both} 个；两人判断相同的 {same} 个。"
    )


def _line(rank: int, hot: Hot) -> tuple[str, ...]:
    return (
        str(rank),
        str(hot.people),
        f"{hot.heat:.1f}",
        str(len(hot.messages)),
        " ".join(map(str, hot.messages)),
    )
