"""Forms of the trial drawn blind, by one who had not seen the reader: the county's bureaus. Nobody's data."""

from minfu.workbooks.trial.drawing import ASK, Paper, Sheet, cross
from minfu.workbooks.trial.forms import FENGPU as T
from minfu.workbooks.trial.offices import VILLAGES, V

H1 = "#2026-H1"
LAST_H1 = "#2025-H1"
Q1 = "#2026-Q1"
Q2 = "#2026-Q2"
Q3 = "#2026-Q3"
JUNE = "#2026-06"

# Drawn as a table is read, cell by cell.
# fmt: off
# 县信访局. Items at left with 甲乙丙 and 行次; this half-year, the last year's; growth by formula.
_XF = [
    ("一、接收群众诉求总量", "件", "registered"),
    ("    其中：投诉", "件", "registered;kind=complaint"),
    ("          举报", "件", "registered;kind=wrongdoing"),
    ("          意见建议", "件", "registered;kind=suggestion"),
    ("二、到县走访批次", "批", ASK),
    ("    到县走访人次", "人次", ASK),
    ("三、重复反映并件处理", "件", "merged"),
    ("四、告知通过法定途径等其他渠道解决", "件", "diverted"),
    ("五、办结诉求", "件", "ended"),
    ("    按期办结率", "%", "in_time"),
    ("    群众满意率", "%", "satisfaction"),
    ("六、信访积案化解数", "件", ASK),
    ("    领导干部接访下访", "次", ASK),
]
PETITION = Paper(
    "县信访局：基层群众诉求半年报，甲乙丙栏和行次",
    [
        Sheet(
            "信基2表",
            {
                "F1:G1": "表    号：信基2表", "F2:G2": "制定机关：县信访局",
                "A3:G3": "基层群众诉求和信访事项半年报",
                "A4:C4": "填报单位：凤埔乡人民政府", "D4:E4": "2026年1—6月",
                "A5": "指标名称", "B5": "计量\n单位", "C5": "行次", "D5": "本期", "E5": "上年同期", "F5": "增减（±%）",
                "G5": "备  注",
                "A6": "甲", "B6": "乙", "C6": "丙", "D6": "1", "E6": "2", "F6": "3=(1-2)/2", "G6": "丁",
                **{f"A{row}": line[0] for row, line in enumerate(_XF, 7)},
                **{f"B{row}": line[1] for row, line in enumerate(_XF, 7)},
                **{f"C{row}": row - 6 for row in range(7, 20)},
                **{f"F{row}": f'=IF(N(E{row})=0,"",(D{row}-E{row})/E{row})' for row in range(7, 20)},
                "A20:G20": "单位负责人：              填表人：              联系电话：              报出日期：2026年7月  日",
            },
            box=["A5:G19"],
            percent=["F7:F19"],
        )
    ],
    cross({"D": T + H1, "E": T + LAST_H1}, {row: line[2] for row, line in enumerate(_XF, 7)}),
)

# 县政数局(12345). A row for each village, heads of three levels, the total by formula, its rates to fill in.
HOTLINE = Paper(
    "县政务服务和数据管理局：一行一村，三层表头",
    [
        Sheet(
            "分村明细",
            {
                "A1": "附件1",
                "A2:M2": "凤埔乡2026年9月群众诉求（工单）办理质效明细表",
                "A3:D3": "报送单位：凤埔乡便民服务中心", "K3:M3": "单位：件、次、%",
                "A4:A6": "序号", "B4:B6": "行政村",
                "C4:G4": "登记情况", "H4:J4": "办理情况", "K4:L4": "评价情况", "M4:M6": "热线中心\n考核扣分",
                "C5:C6": "登记\n总数", "D5:G5": "其中：按来源渠道",
                "D6": "来电", "E6": "窗口", "F6": "扫码", "G6": "网格员走访",
                "H5:H6": "派单\n次数", "I5:I6": "办结\n件数", "J5:J6": "按时\n办结率",
                "K5:K6": "有效\n评价数", "L5:L6": "满意度",
                **{f"A{row}": row - 6 for row in range(7, 20)},
                **{f"B{row}": name for row, name in enumerate(VILLAGES, 7)},
                "A20:B20": "全乡合计",
                **{f"{c}20": f"=SUM({c}7:{c}19)" for c in "CDEFGHIKM"},
                "A21:M21": "说明：1.本表每月3日前报送。2.满意度＝满意以上（基本满意折算）评价数÷有效评价数。3.派单次数含改派。",
            },
            box=["A4:M20"],
        )
    ],
    {
        **cross(
            {
                "C": "registered", "D": "registered;door=phone", "E": "registered;door=counter", "F": "registered;door=qr",
                "G": "registered;door=visit", "H": "assigned", "I": "ended", "J": "in_time",
                "K": "satisfaction_plain.whole", "L": "satisfaction", "M": ASK,
            },
            {row: V[name] + "#2026-09" for row, name in enumerate(VILLAGES, 7)},
        ),
        **cross({"J": "in_time", "L": "satisfaction"}, {20: T + "#2026-09"}),
    },
)

# 司法局. Two tables, one below the other: months at top; then people and money, which minfu does not have.
_SF = [
    ("调解立案", "件", "mediations"),
    ("达成调解协议", "件", "mediations_agreed"),
    ("调解成功率", "%", "mediations_settled"),
    ("回访协议履行率", "%", "agreements_kept"),
    ("申请司法确认", "件", ASK),
    ("协议涉及金额", "万元", ASK),
]
JUSTICE = Paper(
    "县司法局：上下两张表，月份在上",
    [
        Sheet(
            "凤埔所",
            {
                "A1:G1": "2026年第二季度人民调解工作情况表",
                "A2:D2": "填报单位：凤埔乡人民调解委员会（凤埔司法所）",
                "A3:G3": "一、矛盾纠纷调解情况",
                "A4": "项  目", "B4": "单位", "C4": "4月", "D4": "5月", "E4": "6月", "F4": "本季度", "G4": "说明",
                **{f"A{row}": line[0] for row, line in enumerate(_SF, 5)},
                **{f"B{row}": line[1] for row, line in enumerate(_SF, 5)},
                "F5": "=SUM(C5:E5)", "F6": "=SUM(C6:E6)", "F9": "=SUM(C9:E9)", "F10": "=SUM(C10:E10)",
                "A12:G12": "二、队伍和保障情况（季末数）",
                "A13": "调委会\n个数", "B13": "人民\n调解员", "C13": "其中：\n专职", "D13": "法律\n明白人",
                "E13": "培训\n（人次）",
                "F13": "以案定补\n（元）", "G13": "备注",
                "A16:G16": "所长：             填表：             时间：",
            },
            box=["A4:G10", "A13:G14"],
        )
    ],
    {
        **cross(
            {"C": T + "#2026-04", "D": T + "#2026-05", "E": T + JUNE},
            {row: line[2] for row, line in enumerate(_SF, 5)},
        ),
        "0!F7": "mediations_settled" + T + Q2, "0!F8": "agreements_kept" + T + Q2,
        **cross(dict.fromkeys("ABCDEF", ASK), {14: T + Q2}),
    },
)

# 应急局. An example row already filled; this month and since January; footnotes that define.
_YJ = ["凤埔村", "际头村", "苏墩村", "峦龙村", "官亭村", "北溪村"]
EMERGENCY = Paper(
    "县应急管理局：带示例行，本月和累计，附注定义",
    [
        Sheet(
            "隐患汇总",
            {
                "A1:K1": "重点村安全隐患排查整治“清零销号”进度表",
                "A2:C2": "乡镇：凤埔乡", "D2:F2": "截止时间：2026年6月30日", "I2:K2": "计量单位：处、次、%、万元",
                "A3:A4": "村", "B3:C3": "排查登记隐患", "D3:E3": "整改销号①", "F3:F4": "本月复查\n未通过②",
                "G3:G4": "本年累计\n按期整改率",
                "H3:I3": "其中：重大隐患", "J3:J4": "本年投入\n整改资金", "K3:K4": "未销号原因",
                "B4": "本月", "C4": "1月至本月", "D4": "本月", "E4": "1月至本月", "H4": "本年排查", "I4": "本年销号",
                "A5": "（示例）\n××村", "B5": 6, "C5": 21, "D5": 4, "E5": 18, "F5": 1, "G5": 92.5, "H5": 1, "I5": 0, "J5": 3.5,
                "K5": "房主外出，已联系7月返乡处理",
                **{f"A{row}": name for row, name in enumerate(_YJ, 6)},
                "A12": "小计", **{f"{c}12": f"=SUM({c}6:{c}11)" for c in "BCDEFHIJ"}, "G12": "—",
                "A13:K13": "注：①整改销号指经其他单位人员复查、确认隐患已经消除；②复查时隐患仍在、要求继续整改的次数。",
                "A14:K14": "      本表不含示例行数据。“按期整改率”为期限内整改的占应整改的比例，到期未整改的计入应整改。",
            },
            box=["A3:K12"],
        )
    ],
    cross(
        {
            "B": "hazards_found" + JUNE, "C": "hazards_found" + H1, "D": "hazards_gone" + JUNE, "E": "hazards_gone" + H1,
            "F": "hazards_again" + JUNE, "G": "hazards_in_time" + H1, "H": ASK, "I": ASK, "J": ASK,
        },
        {row: V[name] for row, name in enumerate(_YJ, 6)},
    ),
)

# 农业农村局. A cover, instructions, a table of kinds by quarter, a table minfu knows nothing of.
_NY = ["农技与病虫害", "畜牧水产", "农资", "灌溉水利", "土地耕种", "产销与合作社", "灾害损失"]
FARMING = Paper(
    "县农业农村局：封面、说明、两张表",
    [
        Sheet(
            "封面",
            {
                "B3:F3": "乡村治理与涉农诉求", "B4:F4": "季 度 报 表", "B6:F6": "（2026年度）",
                "B9": "报送单位：", "C9:F9": "凤埔乡人民政府", "B10": "负 责 人：", "B11": "填 表 人：", "B12": "报送日期：",
                "B15:F15": "古田县农业农村局 制",
            },
        ),
        Sheet(
            "填报说明",
            {
                "A1": "填报说明",
                "A2": "一、统计范围：本乡镇各村村民反映的诉求，以登记时间为准。",
                "A3": "二、表1按诉求类别逐季填报登记件数；“涉农生产诉求合计”自动计算，不用填。",
                "A4": "三、表2由乡镇农业服务中心填报，季末时点数。",
                "A5": "四、数据不得估算，没有的填“0”。",
            },
        ),
        Sheet(
            "表1",
            {
                "A1:F1": "表1  涉农诉求分类登记情况", "F2": "单位：件",
                "A3": "诉求类别", "B3": "代码", "C3": "一季度", "D3": "二季度", "E3": "三季度", "F3": "前三季度累计",
                "A4": "涉农生产诉求合计", "B4": "100",
                **{f"{c}4": f"=SUM({c}5:{c}11)" for c in "CDEF"},
                **{f"A{row}": f"  {name}" for row, name in enumerate(_NY, 5)},
                **{f"B{row}": str(row + 96) for row in range(5, 12)},
                **{f"F{row}": f"=SUM(C{row}:E{row})" for row in range(5, 12)},
                "A12": "惠农补贴咨询", "B12": "200", "F12": "=SUM(C12:E12)",
            },
            box=["A3:F12"],
        ),
        Sheet(
            "表2",
            {
                "A1:D1": "表2  农村基本情况", "A2": "指标", "B2": "单位", "C2": "二季度末", "D2": "三季度末",
                "A3": "高标准农田面积", "B3": "亩", "A4": "撂荒地复耕", "B4": "亩", "A5": "农民合作社", "B5": "个",
                "A6": "村集体经营性收入", "B6": "万元", "A7": "防返贫监测户", "B7": "户",
            },
            box=["A2:D7"],
        ),
    ],
    {
        **cross(
            {"C": T + Q1, "D": T + Q2, "E": T + Q3},
            dict.fromkeys(range(5, 13), ASK),  # finer than the categories minfu counts by
            2,
        ),
        **cross({"C": ASK, "D": ASK}, dict.fromkeys(range(3, 8), T), 3),
    },
)

# 县委社会工作部. Villages at top, items at left in groups, percent cells.
_SG = ["凤埔村", "平沙村", "福全村", "西溪村", "旧镇村"]
_SGROWS = [
    ("响应", "应联系群众件数", "件", "response.whole"),
    ("", "时限内联系件数", "件", "response.top"),
    ("", "响应率", "%", "response"),
    ("解决", "群众确认已解决", "件", "solved"),
    ("", "解决率（部分解决按权重折算）", "%", "solving"),
    ("满意", "群众满意率", "%", "satisfaction"),
    ("治理\n成效", "小事不出村率", "%", "settled_low"),
    ("", "小事不出网格率", "%", "settled_grid"),
    ("", "“吹哨”请求协办", "次", "helped"),
    ("志愿\n服务", "注册志愿者", "人", ASK),
    ("", "开展活动", "场", ASK),
    ("", "“双报到”党员", "人", ASK),
    ("", "凡人善举积分兑换", "分", ASK),
]
SOCIAL = Paper(
    "县委社会工作部：村在上、指标分组在左",
    [
        Sheet(
            "Sheet1",
            {
                "A1:H1": "凤埔乡党建引领基层治理“三率”监测表（2026年第三季度）",
                "A2:B3": "监测内容", "C2:C3": "单位", "D2:H2": "试点村",
                **{f"{c}3": name for c, name in zip("DEFGH", _SG, strict=True)},
                "A4:A6": "响应", "A7:A8": "解决", "A9": "满意", "A10:A12": "治理\n成效", "A13:A16": "志愿\n服务",
                **{f"B{row}": line[1] for row, line in enumerate(_SGROWS, 4)},
                **{f"C{row}": line[2] for row, line in enumerate(_SGROWS, 4)},
                "A17:H17": "填表人：                 审核：                 （加盖党委公章）",
            },
            box=["A2:H16"],
            percent=["D6:H6", "D8:H11"],
        )
    ],
    cross(
        {c: V[name] + Q3 for c, name in zip("DEFGH", _SG, strict=True)},
        {row: line[3] for row, line in enumerate(_SGROWS, 4)},
    ),
)
# fmt: on

PAPERS = (PETITION, HOTLINE, JUSTICE, EMERGENCY, FARMING, SOCIAL)
