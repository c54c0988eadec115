"""Forms of the trial about demands, made like the monthly, half-year and matrix tables counties send down. Nobody's data."""

from minfu.workbooks.trial.drawing import ASK, Paper, Sheet, cross

#: Fengpu township and its first villages, as the shipped register of divisions has them.
FENGPU = "@350922204000"
FENG, PING, JI, SU = "@350922204201", "@350922204202", "@350922204203", "@350922204204"
HALF, JUNE, Q2 = "#2026-H1", "#2026-06", "#2026-Q2"

MONTHLY = Paper(
    "月报：指标在左，本月、累计、同期在上",
    [
        Sheet(
            "月报",
            {
                "A1:F1": "凤埔乡2026年6月份12345热线诉求办理情况月报表",
                "A2": "填报单位：凤埔乡人民政府", "E2": "填报日期：2026年7月5日",
                "A3": "序号", "B3": "指标名称", "C3": "计量单位", "D3": "本月数", "E3": "本年累计", "F3": "上年同期",
                "A4": 1, "B4": "受理诉求总量", "C4": "件",
                "A5": 2, "B5": "  其中：咨询类", "C5": "件",
                "A6": 3, "B6": "        投诉类", "C6": "件",
                "A7": 4, "B7": "        求助类", "C7": "件",
                "A8": 5, "B8": "已办结", "C8": "件",
                "A9": 6, "B9": "按期办结率", "C9": "%",
                "A10": 7, "B10": "群众满意率", "C10": "%",
                "A11": 8, "B11": "尚在办理", "C11": "件",
                "A12": 9, "B12": "批准延期", "C12": "次",
                "A13": 10, "B13": "接待群众", "C13": "人次",
                "A14": 11, "B14": "备注", "C14:F14": "",
                "A15": "注：本表由乡镇填报，每月5日前报县民富中心。",
            },
            box=["A3:F14"],
        )
    ],
    cross(
        {"D": JUNE, "E": HALF, "F": "#2025-06"},
        {
            4: "registered" + FENGPU, 5: "registered;kind=consultation" + FENGPU, 6: "registered;kind=complaint" + FENGPU,
            7: "registered;kind=request" + FENGPU, 8: "ended" + FENGPU, 9: "in_time" + FENGPU, 10: "satisfaction" + FENGPU,
            11: ASK, 12: "extensions" + FENGPU, 13: ASK,
        },
    ),
)  # fmt: skip

VILLAGES = Paper(
    "村×指标：半年，合计是公式",
    [
        Sheet(
            "附件2",
            {
                "A1": "附件2",
                "A2:G2": "2026年上半年群众诉求办理情况统计表（分村）",
                "A3:C3": "填报单位（盖章）：凤埔乡", "F3:G3": "单位：件、%",
                "A4": "村名", "B4": "受理数", "C4": "办结数", "D4": "按期办结数", "E4": "按期办结率", "F4": "满意率",
                "G4": "备注",
                "A5": "凤埔村", "A6": "平沙村", "A7": "际头村", "A8": "苏墩村",
                "A9": "合计", "B9": "=SUM(B5:B8)", "C9": "=SUM(C5:C8)", "D9": "=SUM(D5:D8)",
                "A10:G10": "填报人：            审核人：            联系电话：",
            },
            box=["A4:G9"],
        )
    ],
    {
        **cross(
            {"B": "registered", "C": "ended", "D": "in_time.top", "E": "in_time", "F": "satisfaction"},
            {5: FENG + HALF, 6: PING + HALF, 7: JI + HALF, 8: SU + HALF},
        ),
        **cross({"E": "in_time", "F": "satisfaction"}, {9: FENGPU + HALF}),
    },
)  # fmt: skip

CATEGORIES = Paper(
    "村×类别：两层表头，带代码行",
    [
        Sheet(
            "Sheet1",
            {
                "A1:I1": "凤埔乡群众诉求分类汇总表", "A2:I2": "（2026年1—6月）", "I3": "单位：件",
                "A4:A5": "村（社区）", "B4:B5": "受理总数", "C4:I4": "按诉求类别分",
                "C5": "环境卫生", "D5": "公共设施", "E5": "涉农生产",
                "F5": "矛盾纠纷", "G5": "安全隐患", "H5": "政策咨询", "I5": "养老保险",
                "A6": "甲", "B6": 1, "C6": 2, "D6": 3, "E6": 4, "F6": 5, "G6": 6, "H6": 7, "I6": 8,
                "A7": "合计", "A8": "凤埔村委会", "A9": "苏墩村委会",
            },
            box=["A4:I9"],
        )
    ],
    cross(
        {
            "B": "registered", "C": "registered;category=03", "D": "registered;category=04", "E": "registered;category=07",
            "F": "registered;category=01", "G": "registered;category=02", "H": "registered;category=06", "I": ASK,
        },
        {7: FENGPU + HALF, 8: FENG + HALF, 9: SU + HALF},
    ),
)  # fmt: skip

DOORS = Paper(
    "渠道在左，月份在上（转置）",
    [
        Sheet(
            "渠道统计",
            {
                "A1:E1": "凤埔乡2026年第二季度诉求受理渠道统计表",
                "A2": "受理渠道", "B2": "4月", "C2": "5月", "D2": "6月", "E2": "二季度合计",
                "A3": "电话", "A4": "窗口", "A5": "网格二维码", "A6": "网格走访", "A7": "村干部代办", "A8": "市长信箱",
                "A9": "合计", "B9": "=SUM(B3:B8)", "C9": "=SUM(C3:C8)", "D9": "=SUM(D3:D8)", "E9": "=SUM(E3:E8)",
            },
            box=["A2:E9"],
        )
    ],
    cross(
        {"B": FENGPU + "#2026-04", "C": FENGPU + "#2026-05", "D": FENGPU + JUNE, "E": FENGPU + Q2},
        {
            3: "registered;door=phone", 4: "registered;door=counter", 5: "registered;door=qr", 6: "registered;door=visit",
            7: "registered;door=proxy", 8: ASK,
        },
    ),
)  # fmt: skip

RATES = Paper(
    "三率：三层表头，百分数格式",
    [
        Sheet(
            "三率",
            {
                "A1:I1": "关于2026年上半年“接诉即办”三率情况的统计表",
                "A2:A4": "单位", "B2:I2": "回访情况", "B3:D3": "响应", "E3:F3": "解决", "G3:H3": "满意", "I3:I4": "综合得分",
                "B4": "应联系数", "C4": "按时联系数", "D4": "响应率",
                "E4": "有效回访数", "F4": "解决率", "G4": "有效评价数", "H4": "满意率",
                "A5": "凤埔乡", "A6": "凤埔村", "A7": "际头村",
            },
            box=["A2:I7"],
            percent=["D5:D7", "F5:F7", "H5:H7"],
        )
    ],
    cross(
        {
            "B": "response.whole", "C": "response.top", "D": "response", "E": "answered", "F": "solving",
            "G": "satisfaction_plain.whole", "H": "satisfaction", "I": "three_rates",
        },
        {5: FENGPU + HALF, 6: FENG + HALF, 7: JI + HALF},
    ),
)  # fmt: skip

OVERDUE = Paper(
    "此刻的在办和超期，一行一村",
    [
        Sheet(
            "台账",
            {
                "A1:E1": "凤埔乡2026年7月超期诉求清理情况表",
                "A2": "序号", "B2": "村别", "C2": "在办数（件）", "D2": "其中：超期未办结（件）", "E2": "超期原因",
                "A3": 1, "B3": "凤埔村", "A4": 2, "B4": "苏墩村", "A5": 3, "B5": "西溪村",
                "A6:B6": "合计", "C6": "=SUM(C3:C5)", "D6": "=SUM(D3:D5)",
            },
            box=["A2:E6"],
        )
    ],
    cross(
        {"C": "open", "D": "overdue"},
        {3: FENG + "#2026-07", 4: SU + "#2026-07", 5: "@350922204209#2026-07"},
    ),
)  # fmt: skip

PAIRS = Paper(
    "名称和空格成对排，没有表头",
    [
        Sheet(
            "简报数据",
            {
                "A1:F1": "凤埔乡民富中心2026年上半年工作数据", "A2:F2": "（用于半年简报，请于7月10日前报送）",
                "A3": "诉求受理总数（件）", "C3": "办结总数（件）", "E3": "按期办结率（%）",
                "A4": "居民确认解决（件）", "C4": "满意率（%）", "E4": "重复诉求（件）",
                "A5": "小事不出村率（%）", "C5": "延期件数（件）", "E5": "吹哨次数（次）",
                "A6": "召开院坝会（场）", "C6": "走访农户（户）", "E6": "办实事（件）",
                "A7": "典型案例", "B7:F7": "",
            },
            box=["A3:F7"],
        )
    ],
    {
        "0!B3": "registered" + FENGPU + HALF, "0!D3": "ended" + FENGPU + HALF, "0!F3": "in_time" + FENGPU + HALF,
        "0!B4": "solved" + FENGPU + HALF, "0!D4": "satisfaction" + FENGPU + HALF, "0!F4": "merged" + FENGPU + HALF,
        "0!B5": "settled_low" + FENGPU + HALF, "0!D5": "extensions" + FENGPU + HALF, "0!F5": "helped" + FENGPU + HALF,
        "0!B6": ASK, "0!D6": ASK, "0!F6": ASK,
    },
)  # fmt: skip

TRADITIONAL = Paper(
    "繁体字",
    [
        Sheet(
            "工作表1",
            {
                "A1:D1": "鳳埔鄉二〇二六年上半年群眾訴求受理辦理情況統計表",
                "A2": "項目", "B2": "單位", "C2": "本期數", "D2": "去年同期",
                "A3": "受理件數", "B3": "件", "A4": "辦結件數", "B4": "件", "A5": "按時辦結率", "B5": "%",
                "A6": "滿意度", "B6": "%",
                "A7": "併單", "B7": "件",
            },
            box=["A2:D7"],
        )
    ],
    cross(
        {"C": FENGPU + HALF, "D": FENGPU + "#2025-H1"},
        {3: "registered", 4: "ended", 5: "in_time", 6: "satisfaction", 7: "merged"},
    ),
)  # fmt: skip

PAPERS = (MONTHLY, VILLAGES, CATEGORIES, DOORS, RATES, OVERDUE, PAIRS, TRADITIONAL)
