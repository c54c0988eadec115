"""What minfu asks of any PostgreSQL, embedded or real."""

import psycopg

from minfu.kernel.pg_account import Trouble

#: The oldest PostgreSQL minfu runs on, as ``server_version_num`` counts.
OLDEST = 150000


def check_server(url: str) -> int:
    """Return the server's version (``server_version_num``); ``Trouble`` with what to do when minfu cannot work on it.

    Checks that it answers, is PostgreSQL 15 or newer, stores UTF-8, and takes Chinese characters for letters: under plain
    ``C`` neither full text search nor ``show_trgm('村')`` sees them.
    """
    try:
        with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:
            version = connection.info.server_version
            row = connection.execute(r"select current_setting('server_encoding'), '村' ~ '\w'").fetchone()
    except psycopg.OperationalError as error:
        raise Trouble(f"连接不上数据库。请检查 DATABASE_URL 与数据库是否在运行。\n{error}".rstrip()) from None
    if version < OLDEST:
        raise Trouble(
            f"数据库是 PostgreSQL {version // 10000},民富需要 15 或更新的版本。请升级,或改用另一台服务器。"
        )
    encoding, sees_chinese = row or ("", False)
    if encoding != "UTF8":
        raise Trouble(f"数据库的编码是 {encoding},必须是 UTF8。{REMEDY}")
    if not sees_chinese:
        raise Trouble(f"数据库的区域设置(LC_CTYPE)不认得汉字,搜索会落空。{REMEDY}")
    return version


REMEDY = "请重建数据库:createdb -T template0 -E UTF8 --lc-ctype=C.UTF-8 --lc-collate=C minfu"
