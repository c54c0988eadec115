"""Forms of the trial drawn by people who had not seen how forms are read: demands. Nobody's data."""

from minfu.workbooks.trial.drawing import ASK, Paper, Sheet, cross
from minfu.workbooks.trial.forms import FENGPU as T

# Drawn as a table is read, cell by cell.
# fmt: off
_hotline_rows = {
    6: ("B6:C6", "诉求受理总量", "件", 63, "registered"),
    7: ("C7", "电话受理", "件", 31, "registered;door=phone"),
    8: ("C8", "网格员走访登记", "件", 14, "registered;door=visit"),
    9: ("C9", "群众扫码反映", "件", 9, "registered;door=qr"),
    10: ("B10:C10", "转派各村、站所办理", "件", 66, "assigned"),
    11: ("B11:C11", "规定时限内联系群众的诉求", "件", 60, "contacted"),
    12: ("B12:C12", "办结量", "件", 58, "ended"),
    13: ("B13:C13", "按期办结率", "%", 96.7, "in_time"),
    14: ("B14:C14", "群众确认已解决", "件", 49, "solved"),
    15: ("B15:C15", "响应率", "%", 98.4, "response"),
    16: ("B16:C16", "解决率", "%", 89.1, "solving"),
    17: ("B17:C17", "满意率", "%", 92.7, "satisfaction"),
    18: ("B18:C18", "承办单位申请退单", "次", 3, "objections"),
    19: ("B19:C19", "申请延长办理时限", "次", 4, "extensions"),
    20: ("B20:C20", "县热线办下发督办单", "份", 1, ASK),
    21: ("B21:C21", "召开热线工作例会", "次", 2, ASK),
}
_hotline_rates = (13, 15, 16, 17)

HOTLINE = Paper(
    "12345热线及接诉即办工作月报",
    [
        Sheet(
            "月报表",
            {
                "A1:I1": "凤埔乡12345热线及“接诉即办”工作情况月报表",
                "A2:I2": "（二〇二六年六月）",
                "A3:D3": "填报单位（盖章）：凤埔乡人民政府",
                "G3:I3": "填报日期：    年   月   日",
                "A4:A5": "序号",
                "B4:C5": "指    标",
                "D4:D5": "计量\n单位",
                "E4:G4": "本 月 情 况",
                "E5": "本月数",
                "F5": "上月数",
                "G5": "环比\n（%）",
                "H4:H5": "1—6月\n累计",
                "I4:I5": "备 注",
                "B7:B9": "其\n中",
                **{f"A{row}": row - 5 for row in _hotline_rows},
                **{told[0]: told[1] for told in _hotline_rows.values()},
                **{f"D{row}": told[2] for row, told in _hotline_rows.items()},
                **{f"F{row}": told[3] for row, told in _hotline_rows.items()},
                **{f"G{row}": "—" for row in _hotline_rates},
                "A22:I22": "填表说明：环比为与上月相比的增减幅度；比率类指标不填环比。次月6日前报县热线办。",
            },
            box=["A4:I21"],
        ),
        Sheet(
            "单位代码",
            {"A1": "代码", "B1": "填报单位", "A2": "204", "B2": "凤埔乡", "A3": "205", "B3": "卓洋乡"},
            hidden=True,
        ),
    ],
    {
        **cross(
            {"E": f"{T}#2026-06", "H": f"{T}#2026-H1"},
            {row: told[4] for row, told in _hotline_rows.items()},
        ),
        **cross(
            {"G": f"{T}#2026-06^before"},
            {row: told[4] for row, told in _hotline_rows.items() if row not in _hotline_rates},
        ),
    },
)


_grid_left = {
    5: ("划分网格（个）", ASK),
    6: ("在岗网格员（人）", ASK),
    7: ("入户走访（户次）", ASK),
    9: ("登记诉求总数（件）", "registered"),
    10: ("  1.矛盾纠纷", "registered;category=01"),
    11: ("  2.安全隐患", "registered;category=02"),
    12: ("  3.环境卫生", "registered;category=03"),
    13: ("  4.公共设施", "registered;category=04"),
    14: ("  5.民生求助", "registered;category=05"),
    15: ("  6.政策咨询", "registered;category=06"),
    16: ("  7.涉农生产", "registered;category=07"),
}
_grid_right = {
    5: ("办结诉求（件）", "ended"),
    6: ("群众认可已解决（件）", "solved"),
    7: ("  其中：网格内解决", "solved;level=grid"),
    8: ("     村里解决", "solved;level=village"),
    9: ("     乡镇解决", "solved;level=township"),
    10: ("小事不出网格（%）", "settled_grid"),
    11: ("小事不出村（%）", "settled_low"),
    12: ("“吹哨”请求部门协办（次）", "helped"),
    14: ("排查登记隐患（处）", "hazards_found"),
    15: ("已整改隐患（处）", "hazards_gone"),
    16: ("网格员奖励经费（元）", ASK),
}

GRIDS = Paper(
    "网格化服务管理工作月报",
    [
        Sheet(
            "网格月报",
            {
                "A1:G1": "网格化服务管理工作月报表",
                "A2:C2": "乡镇：凤埔乡",
                "E2:G2": "报告期：2026年6月份",
                "A3": "内  容",
                "B3": "本月",
                "C3": "本年累计",
                "E3": "内  容",
                "F3": "本月",
                "G3": "本年累计",
                "A4:C4": "一、基础情况",
                "A8:C8": "二、诉求登记（按事件类别分）",
                "E4:G4": "三、办理情况",
                "E13:G13": "四、隐患及保障",
                **{f"A{row}": told[0] for row, told in _grid_left.items()},
                **{f"E{row}": told[0] for row, told in _grid_right.items()},
                "A18:G18": "注：网格员走访、群众来电来访、扫码反映的都计入登记诉求。",
            },
            box=["A3:C16", "E3:G16"],
        )
    ],
    {
        **cross(
            {"B": f"{T}#2026-06", "C": f"{T}#2026-H1"},
            {row: told[1] for row, told in _grid_left.items()},
        ),
        **cross(
            {"F": f"{T}#2026-06", "G": f"{T}#2026-H1"},
            {row: told[1] for row, told in _grid_right.items()},
        ),
    },
)


_townships = (
    ("城东街道", "001"), ("城西街道", "002"), ("平湖镇", "101"), ("大桥镇", "102"), ("黄田镇", "103"),
    ("鹤塘镇", "104"), ("杉洋镇", "105"), ("凤都镇", "106"), ("水口镇", "107"), ("大甲镇", "108"),
    ("吉巷乡", "201"), ("泮洋乡", "203"), ("凤埔乡", "204"), ("卓洋乡", "205"),
)

CIRCULAR = Paper(
    "全县接诉即办三率通报附件",
    [
        Sheet(
            "附件2",
            {
                "A1": "附件2",
                "A2:I2": "2026年6月各乡镇（街道）“接诉即办”三率情况表",
                "H3:I3": "单位：件、%、分",
                "A4:A5": "类别",
                "B4:B5": "乡  镇\n（街道）",
                "C4:C5": "派单量",
                "D4:F4": "三    率",
                "D5": "响应率",
                "E5": "解决率",
                "F5": "满意率",
                "G4:G5": "综合\n得分",
                "H4:H5": "排名",
                "I4:I5": "备注",
                "A6:A7": "街\n道",
                "A8:A15": "镇",
                "A16:A19": "乡",
                **{f"B{row}": name for row, (name, _code) in enumerate(_townships, 6)},
                **{f"G{row}": f"=D{row}*30+E{row}*40+F{row}*30" for row in range(6, 20)},
                **{f"H{row}": f"=RANK(G{row},$G$6:$G$19)" for row in range(6, 20)},
                "A20:B20": "全  县",
                "C20": "=SUM(C6:C19)",
                "G20": "=D20*30+E20*40+F20*30",
                "H20": "—",
                "A21:I21": "备注：综合得分按响应率30%、解决率40%、满意率30%计算。",
            },
            box=["A4:I20"],
            percent=["D6:F20"],
        )
    ],
    {
        **cross(
            {"C": "assigned", "D": "response", "E": "solving", "F": "satisfaction"},
            {row: f"@350922{code}000#2026-06" for row, (_name, code) in enumerate(_townships, 6)},
        ),
        **cross({"D": "response", "E": "solving", "F": "satisfaction"}, {20: "@c#2026-06"}),
    },
)


_pairs = {
    5: (
        ("登记诉求总数（件）", "registered"),
        ("应办结数（件）", "in_time.whole"),
        ("按期办结数（件）", "in_time.top"),
    ),
    6: (
        ("按期办结率（%）", "in_time"),
        ("逾期数（件）", "in_time.rest"),
        ("响应率（%）", "response"),
    ),
    7: (
        ("群众确认解决数（件）", "solved"),
        ("解决率（%）", "solving"),
        ("回访诉求数（件）", "answered"),
    ),
    8: (
        ("有效评价数（件）", "satisfaction_plain.whole"),
        ("评价不满意数（件）", ASK),
        ("群众满意率（%）", "satisfaction"),
    ),
    9: (
        ("回访未解决重新办理（次）", "reopened"),
        ("办结一次核查通过率（%）", "verified"),
        ("多次联系不上群众结案数（件）", "unconfirmed"),
    ),
    10: (
        ("不予受理并引导其他渠道（件）", "diverted"),
        ("办理天数中位数（天）", "duration"),
        ("平均办理天数（天）", ASK),
    ),
    12: (
        ("调解受理数（件）", "mediations"),
        ("达成调解协议数（件）", "mediations_agreed"),
        ("协议履行率（%）", "agreements_kept"),
    ),
    13: (
        ("民转刑案件（起）", ASK),
        ("到县集体上访（批次）", ASK),
        ("调解成功率（%）", "mediations_settled"),
    ),
    15: (
        ("排查隐患数（处）", "hazards_found"),
        ("已消除隐患数（处）", "hazards_gone"),
        ("隐患按期整改率（%）", "hazards_in_time"),
    ),
    16: (
        ("挂牌重大隐患（处）", ASK),
        ("安全宣传活动（场次）", ASK),
        ("复查未通过（次）", "hazards_again"),
    ),
}

ASSESSMENT = Paper(
    "基层治理考核数据采集表（上半年）",
    [
        Sheet(
            "数据采集",
            {
                "A1:F1": "二〇二六年上半年基层治理工作考核数据采集表",
                "A2:C2": "被考核单位：凤埔乡",
                "E2:F2": "负责人签字：",
                "A3": "考核数据",
                "B3": "数值",
                "C3": "考核数据",
                "D3": "数值",
                "E3": "考核数据",
                "F3": "数值",
                "A4:F4": "一、诉求办理",
                "A11:F11": "二、矛盾化解",
                "A14:F14": "三、隐患整治",
                **{
                    f"{letter}{row}": told[0]
                    for row, line in _pairs.items()
                    for letter, told in zip("ACE", line, strict=True)
                },
                "A17": "自评说明",
                "B17:F17": "",
                "A18:F18": "注：本表数据须与平台一致，弄虚作假的按不合格处理。",
            },
            box=["A3:F17"],
        )
    ],
    {
        f"0!{letter}{row}": told[1] if told[1] == ASK else f"{told[1]}{T}#2026-H1"
        for row, line in _pairs.items()
        for letter, told in zip("BDF", line, strict=True)
    },
)


_works = {
    22: ("人民调解立案", "件", 11, "mediations"),
    23: ("达成调解协议", "件", 9, "mediations_agreed"),
    24: ("协议涉及金额", "万元", 14.2, ASK),
    25: ("登记安全隐患", "处", 57, "hazards_found"),
    26: ("消除安全隐患", "处", 52, "hazards_gone"),
    27: ("组织安全检查", "次", 6, ASK),
}

QUARTER = Paper(
    "乡镇综治中心工作季报",
    [
        Sheet(
            "季报",
            {
                "A1:H1": "乡镇（街道）综治中心工作情况季报表",
                "A2:H2": "2026年第二季度",
                "A3:C3": "综治中心名称：凤埔乡综治中心",
                "A5:H5": "表一  群众诉求登记情况（按诉求性质分，单位：件）",
                "A6": "时 期",
                "B6": "合计",
                "C6": "咨询",
                "D6": "求助",
                "E6": "投诉",
                "F6": "举报",
                "G6": "建议",
                "H6": "表扬",
                "A7": "本 季 度",
                "A8": "上年同期",
                "A9": "同比增长（%）",
                "A10": "本季占比（%）",
                **{f"{letter}10": f'=IF($B$7=0,"",{letter}7/$B$7*100)' for letter in "BCDEFGH"},
                "A12:G12": "表二  诉求办理协同情况",
                "A13:A14": "月 份",
                "B13:B14": "派单\n（次）",
                "C13:C14": "部门联\n动协办\n（次）",
                "D13:D14": "暂停、挂账\n（次）",
                "E13:E14": "批准\n延期\n（次）",
                "F13:G13": "派单异议",
                "F14": "提出\n（次）",
                "G14": "成立率\n（%）",
                "A15": "4月",
                "A16": "5月",
                "A17": "6月",
                "A20:E20": "表三  矛盾纠纷调解和安全隐患整治",
                "A21": "项 目",
                "B21": "单位",
                "C21": "本季度",
                "D21": "上季度",
                "E21": "增减\n绝对数",
                **{f"A{row}": told[0] for row, told in _works.items()},
                **{f"B{row}": told[1] for row, told in _works.items()},
                **{f"D{row}": told[2] for row, told in _works.items()},
                "A29:H29": "单位负责人：            统计人：            联系电话：            报出日期：",
            },
            box=["A6:H10", "A13:G17", "A21:E27"],
        )
    ],
    {
        **cross(
            {
                "B": "registered",
                "C": "registered;kind=consultation",
                "D": "registered;kind=request",
                "E": "registered;kind=complaint",
                "F": "registered;kind=wrongdoing",
                "G": "registered;kind=suggestion",
                "H": "registered;kind=praise",
            },
            {7: f"{T}#2026-Q2", 8: f"{T}#2025-Q2", 9: f"{T}#2026-Q2^a_year_before"},
        ),
        **cross(
            {
                "B": "assigned",
                "C": "helped",
                "D": "standing",
                "E": "extensions",
                "F": "objections",
                "G": "objections_upheld",
            },
            {15: f"{T}#2026-04", 16: f"{T}#2026-05", 17: f"{T}#2026-06"},
        ),
        **cross(
            {"C": f"{T}#2026-Q2", "E": ASK},
            {row: told[3] for row, told in _works.items()},
        ),
    },
)


PAPERS = (HOTLINE, GRIDS, CIRCULAR, ASSESSMENT, QUARTER)
