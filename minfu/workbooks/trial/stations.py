"""Forms of the trial drawn blind, by one who had not seen the reader: stations of a township. Nobody's data."""

from minfu.workbooks.trial.drawing import ASK, Paper, Sheet, cross
from minfu.workbooks.trial.forms import FENGPU as T

H1 = "#2026-H1"
Q1 = "#2026-Q1"
Q2 = "#2026-Q2"
Q3 = "#2026-Q3"

# Drawn as a table is read, cell by cell.
# fmt: off
# 乡纪委. One row an item; three months and a quarter to fill in for the rates only; categories of work style.
_JW = [
    ("（一）", "群众反映作风与服务问题", "件", ASK),
    ("  1", "其中：办事拖延推诿", "件", ASK),
    ("  2", "      服务态度", "件", ASK),
    ("（二）", "群众反映村务与集体财务问题", "件", ASK),
    ("（三）", "群众举报类诉求", "件", "registered;kind=wrongdoing"),
    ("（四）", "群众反馈“未解决”提级重办", "次", "reopened"),
    ("（五）", "多次联系不上群众而办结的", "件", "unconfirmed"),
    ("（六）", "移送问题线索", "条", ASK),
    ("（七）", "立案审查", "件", ASK),
    ("（八）", "谈话提醒、批评教育", "人次", ASK),
    ("（九）", "清退资金", "元", ASK),
]
DISCIPLINE = Paper(
    "乡纪委：集中整治月度台账，逐月分列",
    [
        Sheet(
            "台账",
            {
                "A1:H1": "群众身边不正之风和腐败问题集中整治情况统计台账",
                "A2:D2": "填报单位：中共凤埔乡纪律检查委员会", "E2:H2": "2026年第三季度",
                "A3": "序号", "B3": "内    容", "C3": "单位", "D3": "7月", "E3": "8月", "F3": "9月", "G3": "合计",
                "H3": "工作举措",
                **{f"A{row}": line[0] for row, line in enumerate(_JW, 4)},
                **{f"B{row}": line[1] for row, line in enumerate(_JW, 4)},
                **{f"C{row}": line[2] for row, line in enumerate(_JW, 4)},
                **{f"G{row}": f"=SUM(D{row}:F{row})" for row in range(4, 15)},
                "A15:H15": "注：第（一）（二）项取自群众诉求平台分类，不含信访举报件；第（六）至（九）项由乡纪委掌握。",
            },
            box=["A3:H14"],
        )
    ],
    cross(
        {"D": T + "#2026-07", "E": T + "#2026-08", "F": T + "#2026-09"},
        {row: line[3] for row, line in enumerate(_JW, 4)},
    ),
)

# 乡人大. Pairs of label and blank, three to a line, in two blocks; a text at the end; the day asked in the head.
CONGRESS = Paper(
    "乡人大：成对的名称和空格，分两块",
    [
        Sheet(
            "联络站",
            {
                "A1:F1": "凤埔乡人大代表联络站2026年上半年工作登记表",
                "A2": "站  长", "C2": "填报日期", "E2": "联系电话",
                "A3:F3": "【代表履职】",
                "A4": "进站代表（人次）", "C4": "接待选民（人次）", "E4": "代表建议（件）",
                "A5": "视察调研（次）", "C5": "代表票决项目（个）", "E5": "述职代表（名）",
                "A6:F6": "【全乡群众诉求（供代表了解民情）】",
                "A7": "登记群众诉求（件）", "C7": "其中求助（件）", "E7": "其中咨询（件）",
                "A8": "办结诉求（件）", "C8": "按期办结率（%）", "E8": "表扬感谢（件）",
                "A9": "居民确认解决（件）", "C9": "群众满意率（%）", "E9": "难事不上交率（%）",
                "A10": "公共设施类（件）", "C10": "环境卫生类（件）", "E10": "村干部代办（件）",
                "A11": "民情综述", "B11:F11": "",
            },
            box=["A2:F11"],
        )
    ],
    {
        **dict.fromkeys(("0!B4", "0!D4", "0!F4", "0!B5", "0!D5", "0!F5"), ASK),
        "0!B7": "registered" + T + H1, "0!D7": "registered;kind=request" + T + H1,
        "0!F7": "registered;kind=consultation" + T + H1,
        "0!B8": "ended" + T + H1, "0!D8": "in_time" + T + H1, "0!F8": "registered;kind=praise" + T + H1,
        "0!B9": "solved" + T + H1, "0!D9": "satisfaction" + T + H1, "0!F9": "settled_township" + T + H1,
        "0!B10": "registered;category=04" + T + H1, "0!D10": "registered;category=03" + T + H1,
        "0!F10": "registered;door=proxy" + T + H1,
    },
)

# 县政府督查室. A narrative whose numbers are cells between pieces of a sentence; from day to day.
_DU = T + "#2026-07-01~2026-08-31"
INSPECTION = Paper(
    "县政府督查室：文字叙述中留空",
    [
        Sheet(
            "自查情况",
            {
                "A1:G1": "群众诉求办理专项督查自查情况（凤埔乡）",
                "A2:G2": "督查时段：2026年7月1日至8月31日",
                "A3:G3": "一、受理办理情况",
                "A4": "督查时段内，我乡共登记群众诉求", "C4": "件，其中投诉", "E4": "件、建议", "G4": "件。",
                "A5": "已办结", "C5": "件，按期办结率", "E5": "%。",
                "A6": "批准延期", "C6": "次，批准暂停、挂账", "E6": "次；截至8月31日逾期未办结", "G6": "件。",
                "A7:G7": "二、群众评价情况",
                "A8": "群众满意率", "C8": "%，响应率", "E8": "%，群众反映没有解决、退回重办", "G8": "次。",
                "A9:G9": "三、督查整改情况",
                "A10": "领导包案", "C10": "件，约谈", "E10": "人，问责", "G10": "人。",
                "A11": "召开专题会议", "C11": "次，投入资金", "E11": "万元。",
                "A12:G12": "四、存在问题和下一步打算", "A13:G13": "",
            },
        )
    ],
    {
        "0!B4": "registered" + _DU, "0!D4": "registered;kind=complaint" + _DU, "0!F4": "registered;kind=suggestion" + _DU,
        "0!B5": "ended" + _DU, "0!D5": "in_time" + _DU,
        "0!B6": "extensions" + _DU, "0!D6": "standing" + _DU,
        # Overdue on a day that has passed: minfu only knows what is overdue now.
        "0!F6": ASK,
        "0!B8": "satisfaction" + _DU, "0!D8": "response" + _DU, "0!F8": "reopened" + _DU,
        "0!B10": ASK, "0!D10": ASK, "0!F10": ASK, "0!B11": ASK, "0!D11": ASK,
    },
)

# 统计站. Transposed: a row a month, items at top with a row of units and a row of codes; sums by formula.
_TJ = {4: "一月", 5: "二月", 6: "三月", 8: "四月", 9: "五月", 10: "六月"}
STATISTICS = Paper(
    "乡统计站：一行一月，指标在上，单位行和代码行",
    [
        Sheet(
            "2026",
            {
                "A1:K1": "凤埔乡社会治理统计台账（2026年）",
                "A2": "指标", "B2": "群众诉求登记", "C2": "诉求办结", "D2": "诉求办理天数（中位数）",
                "E2": "一次核实通过率", "F2": "并单",
                "G2": "矛盾纠纷调解立案", "H2": "登记隐患", "I2": "消除隐患", "J2": "常住人口出生", "K2": "治安案件",
                "A3": "单位", "B3": "件", "C3": "件", "D3": "天", "E3": "%", "F3": "件", "G3": "件", "H3": "处", "I3": "处",
                "J3": "人",
                "K3": "起",
                **{f"A{row}": name for row, name in _TJ.items()},
                "A7": "一季度小计", "A11": "二季度小计", "A12": "上半年合计",
                **{f"{c}7": f"=SUM({c}4:{c}6)" for c in "BCFGHIJK"},
                **{f"{c}11": f"=SUM({c}8:{c}10)" for c in "BCFGHIJK"},
                **{f"{c}12": f"={c}7+{c}11" for c in "BCFGHIJK"},
                "A13": "指标代码", **{f"{c}13": f"ZL{number:02d}" for number, c in enumerate("BCDEFGHIJK", 1)},
            },
            box=["A2:K13"],
        )
    ],
    cross(
        {
            "B": "registered", "C": "ended", "D": "duration", "E": "verified", "F": "merged", "G": "mediations",
            "H": "hazards_found", "I": "hazards_gone", "J": ASK, "K": ASK,
        },
        {row: T + f"#2026-0{number}" for number, row in enumerate(_TJ, 1)},
    )
    | cross({"D": "duration", "E": "verified"}, {7: T + Q1, 11: T + Q2, 12: T + H1}),
)

# 民政. Two tables beside each other: what people asked for, and the money given, which minfu does not have; 本季 and 上季.
_MZ = ["社会救助", "养老与儿童", "  其中：高龄津贴", "        独居老人照料", "        留守困境儿童", "婚姻家庭纠纷"]
_MZMONEY = ["城乡低保", "特困供养", "临时救助", "高龄津贴"]
CIVIL = Paper(
    "县民政局：左右两张表，本季和上季",
    [
        Sheet(
            "民政季报",
            {
                "A1:J1": "2026年第二季度基层民政服务情况季报（凤埔乡）",
                "A2:E2": "表一  群众求助诉求（件）", "G2:J2": "表二  救助资金发放",
                "A3": "诉求事项", "B3": "本季登记", "C3": "上季登记", "D3": "上年同季", "E3": "环比增减",
                "G3": "项目", "H3": "人数（人）", "I3": "金额（元）", "J3": "备注",
                **{f"A{row}": name for row, name in enumerate(_MZ, 4)},
                **{f"E{row}": f"=B{row}-C{row}" for row in range(4, 11)},
                "A10": "民生求助合计",
                **{f"G{row}": name for row, name in enumerate(_MZMONEY, 4)},
                "G8": "合计", "H8": "=SUM(H4:H7)", "I8": "=SUM(I4:I7)",
                "A11:J11": "注：“民生求助合计”为民生求助类全部登记诉求，不等于上列各项之和。环比增减＝本季－上季。",
            },
            box=["A3:E10", "G3:J8"],
        )
    ],
    {
        **cross(
            {"B": T + Q2, "C": T + Q1, "D": T + "#2025-Q2"},
            {
                **dict.fromkeys(range(4, 10), ASK),  # finer than the categories minfu counts by
                10: "registered;category=05",
            },
        ),
        **cross({"H": ASK, "I": ASK}, dict.fromkeys(range(4, 8), T)),
    },
)

# 县委改革办. Item, definition, unit, this quarter and the last one, and the order the county gives; the month's matter.
_GG = [
    ("每月一题", "列题数", "列为每月一题的专题", "题", "topics_taken"),
    ("", "报告办理结果", "责任单位报告结果的次数，退回后再报告另计", "次", "topics_reported"),
    ("", "按期报告率", "完成日期前报告的占已报告的比例", "%", "topics_in_time"),
    ("", "核实解决", "由责任单位以外的人核实，确已解决", "题", "topics_solved"),
    ("派单办理", "派单异议", "认为不属本单位职责，提请裁定的次数", "次", "objections"),
    ("", "异议成立率", "裁定成立占裁定次数", "%", "objections_upheld"),
    ("", "协办（吹哨）", "牵头单位请其他单位协助", "次", "helped"),
    ("", "三率综合", "响应、解决、满意三率按权重合成", "%", "three_rates"),
    ("通知", "未送达转电话", "各渠道均未送达、由平台打电话告知", "条", "messages_failed"),
    ("改革", "出台制度文件", "乡级印发", "份", ASK),
    ("", "上级推广经验", "县级以上简报、会议", "篇", ASK),
    ("", "媒体报道", "市级以上媒体", "篇", ASK),
]
REFORM = Paper(
    "县委改革办：带统计口径列，本季上季和增减",
    [
        Sheet("填表须知", {"A1": "填表须知", "A2": "1.请于10月10日前报县委改革办。",
        "A3": "2.灰色的“增减”栏由公式算出，请勿改动；“县内位次”由县里统一排定，乡镇可不填。"}),
        Sheet(
            "监测表",
            {
                "A1:I1": "民富改革任务运行监测表（季度）", "A2:D2": "单位：凤埔乡", "E2:I2": "报告期：2026年三季度",
                "A3": "板块", "B3": "监测点", "C3:D3": "统计口径", "E3": "计量", "F3": "报告期", "G3": "上季度",
                "H3": "增减", "I3": "县内位次",
                "A4:A7": "每月一题", "A8:A11": "派单办理", "A12": "通知", "A13:A15": "改革",
                **{f"B{row}": line[1] for row, line in enumerate(_GG, 4)},
                **{f"C{row}:D{row}": line[2] for row, line in enumerate(_GG, 4)},
                **{f"E{row}": line[3] for row, line in enumerate(_GG, 4)},
                **{f"H{row}": f"=F{row}-G{row}" for row in range(4, 16)},
            },
            box=["A3:I15"],
        ),
    ],
    cross(
        {"F": T + Q3, "G": T + Q2, "I": ASK},
        {row: line[4] for row, line in enumerate(_GG, 4)},
        1,
    ),
)
# fmt: on

PAPERS = (DISCIPLINE, CONGRESS, INSPECTION, STATISTICS, CIVIL, REFORM)
