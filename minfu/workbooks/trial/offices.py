"""Forms of the trial drawn by people who had not seen how forms are read: other offices' families. Nobody's data."""

from minfu.workbooks.trial.drawing import ASK, Paper, Sheet, cross
from minfu.workbooks.trial.forms import FENGPU as T

VILLAGES = [
    "凤埔村",
    "平沙村",
    "际头村",
    "苏墩村",
    "福全村",
    "峦龙村",
    "朱墩村",
    "官亭村",
    "西溪村",
    "镇边村",
    "东溪村",
    "北溪村",
    "旧镇村",
]
V = {name: f"@3509222042{number:02d}" for number, name in enumerate(VILLAGES, 1)}

# Drawn as a table is read, cell by cell.
# fmt: off
MEDIATION = Paper(
    "人民调解委员会调解纠纷月报",
    [
        Sheet(
            "6月",
            {
                "A1:G1": "凤埔乡各人民调解委员会调解纠纷情况统计表",
                "A2:C2": "填报单位：凤埔司法所",
                "D2:E2": "2026年6月份",
                "F2:G2": "单位：件、%、万元",
                "A3:A4": "序\n号",
                "B3:B4": "调委会名称",
                "C3:C4": "受理\n纠纷",
                "D3:E3": "调 解 结 果",
                "D4": "达成\n协议",
                "E4": "成功率",
                "F3:F4": "协议涉\n及金额",
                "G3:G4": "备注",
                **{f"A{row}": row - 4 for row in range(5, 19)},
                **{f"B{row}": f"{name}调委会" for row, name in enumerate(VILLAGES, 5)},
                "B18": "乡调委会（本级）",
                "A19:B19": "合  计",
                "C19": "=SUM(C5:C18)",
                "D19": "=SUM(D5:D18)",
                "E19": '=IF(C19=0,"",D19/C19*100)',
                "F19": "=SUM(F5:F18)",
                "A20:G20": "注：1.口头协议、书面协议均计入达成协议；2.乡调委会只填本级直接调解的纠纷；3.每月6日前报县局。",
                "A21": "所长：",
                "C21": "填表人：",
                "F21": "报出日期：",
            },
            box=["A3:G19"],
        )
    ],
    cross(
        {"C": "mediations", "D": "mediations_agreed", "E": "mediations_settled", "F": ASK},
        {**{row: f"{V[name]}#2026-06" for row, name in enumerate(VILLAGES, 5)}, 18: ASK},
    ),
)


_hazard_rows = {
    6: ("检查生产经营单位、场所", "家次", 41, ASK),
    7: ("发现隐患", "处", 57, "hazards_found"),
    8: ("   其中：重大隐患", "处", 0, ASK),
    9: ("整改销号", "处", 52, "hazards_gone"),
    11: ("隐患按期整改率", "%", 91.2, "hazards_in_time"),
    12: ("复查不合格", "次", 5, "hazards_again"),
    13: ("落实整改资金", "万元", 3.6, ASK),
}
_hazard_villages = dict(zip("BCDEFG", ("凤埔村", "平沙村", "际头村", "苏墩村", "西溪村", "旧镇村"), strict=True))

HAZARDS = Paper(
    "安全隐患排查整治月报表",
    [
        Sheet(
            "封面",
            {
                "A4:H5": "农村安全隐患排查整治工作\n月 报 表",
                "B9:C9": "报送单位：",
                "D9:F9": "古田县凤埔乡人民政府",
                "B10:C10": "报 告 期：",
                "D10:F10": "2026年6月",
                "B11:C11": "联 系 人：",
                "B12:C12": "联系电话：",
                "A16:H16": "古田县安全生产委员会办公室  制",
            },
        ),
        Sheet(
            "附件1汇总",
            {
                "A1": "附件1",
                "A2:H2": "2026年安全隐患排查整治情况汇总表",
                "A3:C3": "填报单位：凤埔乡安办",
                "G3:H3": "截至6月底",
                "A4:A5": "项  目",
                "B4:B5": "单位",
                "C4:C5": "一季度",
                "D4:F4": "二 季 度",
                "D5": "4月",
                "E5": "5月",
                "F5": "6月",
                "G4:G5": "二季度\n小 计",
                "H4:H5": "上半年\n累 计",
                **{f"A{row}": told[0] for row, told in _hazard_rows.items()},
                **{f"B{row}": told[1] for row, told in _hazard_rows.items()},
                **{f"C{row}": told[2] for row, told in _hazard_rows.items()},
                "A10": "整改完成率（自动计算）",
                "B10": "%",
                **{f"{letter}10": f'=IF({letter}7=0,"",{letter}9/{letter}7)' for letter in "CDEFGH"},
                "A14:H14": "说明：隐患经乡（镇）或有关部门复查、确认消除的，方可填入“整改销号”。",
            },
            box=["A4:H13"],
            percent=["C10:H10"],
        ),
        Sheet(
            "附件2分村",
            {
                "A1": "附件2",
                "A2:G2": "6月份重点村隐患排查整治情况（单位：处）",
                "A4": "村  名",
                **{f"{letter}4": name for letter, name in _hazard_villages.items()},
                "A5": "本月新排查隐患数",
                "A6": "本月已整改数",
                "A7": "截至月末仍未整改数",
                "A9:G9": "注：2026年数据，未列出的村由乡安办汇总填报。",
            },
            box=["A4:G7"],
        ),
    ],
    {
        **cross(
            {
                "D": f"{T}#2026-04",
                "E": f"{T}#2026-05",
                "F": f"{T}#2026-06",
                "G": f"{T}#2026-Q2",
                "H": f"{T}#2026-H1",
            },
            {row: told[3] for row, told in _hazard_rows.items()},
            1,
        ),
        **cross(
            {letter: f"{V[name]}#2026-06" for letter, name in _hazard_villages.items()},
            {5: "hazards_found", 6: "hazards_gone", 7: ASK},
            2,
        ),
    },
)


_windows = ("民政", "社会保障", "医疗保障", "卫生健康", "农业农村", "退役军人事务", "户籍（派出所进驻）")

HALL = Paper(
    "便民服务中心办件情况月报",
    [
        Sheet(
            "办件统计",
            {
                "A1:I1": "凤埔乡便民服务中心办件情况统计表",
                "A2:E2": "统计时间：2026年6月1日至6月30日",
                "H2:I2": "单位：件、%",
                "A3:A5": "序号",
                "B3:B5": "窗口名称",
                "C3:F3": "办 件 情 况",
                "C4:D4": "受  理",
                "C5": "现场",
                "D5": "网上",
                "E4:E5": "办结",
                "F4:F5": "其中：\n即办件",
                "G3:H3": "“好差评”",
                "G4:G5": "评价量",
                "H4:H5": "好评率",
                "I3:I5": "备注",
                **{f"A{row}": row - 5 for row in range(6, 13)},
                **{f"B{row}": name for row, name in enumerate(_windows, 6)},
                "A13:B13": "合计",
                **{f"{letter}13": f"=SUM({letter}6:{letter}12)" for letter in "CDEFG"},
                "H13": "—",
                "A15:I15": "附：群众诉求登记情况（不含上表行政审批和公共服务办件）",
                "A16:C16": "窗口登记的群众诉求（件）",
                "E16:G16": "其中：咨询类（件）",
                "A17:C17": "村级代办员代为登记的诉求（件）",
                "E17:G17": "帮办代办服务（人次）",
            },
            box=["A3:I13", "A16:H17"],
        )
    ],
    {
        **cross(dict.fromkeys("CDEFGH", ASK), dict.fromkeys(range(6, 13), ASK)),
        "0!D16": f"registered;door=counter{T}#2026-06",
        "0!H16": ASK,
        "0!D17": f"registered;door=proxy{T}#2026-06",
        "0!H17": ASK,
    },
)


_projects: tuple[tuple[str | float, ...], ...] = (
    ("际头村自来水管网改造", "乡水利站", 86, 60),
    ("平沙村公共停车场", "平沙村委会", 32, 32),
    ("凤埔长者食堂提升", "乡民政办", 25, 25),
    ("官亭至西溪路灯亮化", "乡村建站", 48, 30),
    ("乡卫生院康复室", "乡卫生院", 70, 45),
    ("朱墩村机耕路硬化", "朱墩村委会", 55, 40),
    ("旧镇村口袋公园", "旧镇村委会", 18, 18),
)

DEEDS = Paper(
    "为民办实事项目和每月一题进展情况表",
    [
        Sheet(
            "实事项目",
            {
                "A1:J1": "2026年凤埔乡为民办实事项目进展情况表",
                "A2:D2": "报送单位：凤埔乡党政办",
                "E2:G2": "进度截止：2026年6月底",
                "I2:J2": "单位：万元",
                "A3:A4": "序号",
                "B3:B4": "项目名称",
                "C3:C4": "责任单位",
                "D3:E3": "投资计划",
                "D4": "总投资",
                "E4": "年度计划",
                "F3:H3": "截至6月底进展",
                "F4": "累计完成\n投资",
                "G4": "完成年度\n计划（%）",
                "H4": "工程形象\n进度（%）",
                "I3:I4": "预计惠及\n群众（户）",
                "J3:J4": "存在问题",
                **{f"A{row}": row - 4 for row in range(5, 12)},
                **{
                    f"{letter}{row}": told
                    for row, line in enumerate(_projects, 5)
                    for letter, told in zip("BCDE", line, strict=True)
                },
                **{f"G{row}": f"=F{row}/E{row}*100" for row in range(5, 12)},
                "A12:J12": "注：形象进度按工程量估算；存在问题写明卡点和需县里协调的事项。",
            },
            box=["A3:J11"],
        ),
        Sheet(
            "每月一题",
            {
                "A1:H1": "“每月一题”专题办理情况表（2026年第二季度）",
                "A2:D2": "单位名称：古田县凤埔乡",
                "A4:A5": "时 间",
                "B4:B5": "列为专题数\n（题）",
                "C4:D4": "结果报告",
                "C5": "责任单位已报告\n（次）",
                "D5": "按期报告率\n（%）",
                "E4:F4": "核实结果",
                "E5": "核实确已解决\n（题）",
                "F5": "核实通过率\n（%）",
                "G4:G5": "投入资金\n（万元）",
                "H4:H5": "主要做法",
                "A6": "4月",
                "A7": "5月",
                "A8": "6月",
                "A9": "二季度合计",
            },
            box=["A4:H9"],
        ),
    ],
    {
        **cross(dict.fromkeys("FHI", ASK), dict.fromkeys(range(5, 12), ASK)),
        **cross(
            {
                "B": "topics_taken",
                "C": "topics_reported",
                "D": "topics_in_time",
                "E": "topics_solved",
                "F": "topics_passed",
                "G": ASK,
            },
            {6: f"{T}#2026-04", 7: f"{T}#2026-05", 8: f"{T}#2026-06", 9: f"{T}#2026-Q2"},
            1,
        ),
    },
)


_now = ("凤埔村", "平沙村", "际头村", "苏墩村", "福全村", "官亭村", "镇边村", "旧镇村")

PETITIONS = Paper(
    "信访和矛盾纠纷排查化解情况报表",
    [
        Sheet(
            "6月报表",
            {
                "A1:L1": "信访事项和矛盾纠纷排查化解情况报表",
                "A2:D2": "填报乡镇：凤埔乡",
                "E2:H2": "2026年6月",
                "J2:L2": "计量单位：件、批、%",
                "A4:A6": "时  段",
                "B4:D4": "信访事项",
                "B5:B6": "来信",
                "C5:C6": "来访\n（批次）",
                "D5:D6": "网上信访",
                "E4:H4": "矛盾纠纷调解",
                "E5:E6": "受理",
                "F5:G5": "调解结果",
                "F6": "达成协议",
                "G6": "调解成功率",
                "H5:H6": "协议履行率",
                "I4:K4": "群众诉求",
                "I5:I6": "登记",
                "J5:J6": "办结",
                "K5:K6": "重复件\n并单",
                "L4:L6": "备注",
                "A7": "本   月",
                "A8": "1—6月累计",
                "A9": "去年1—6月",
                "A11:L11": "说明：信访事项由乡信访办填，矛盾纠纷调解由司法所填，群众诉求由综治中心填，三项互不包含。",
            },
            box=["A4:L9"],
        ),
        Sheet(
            "7月调度",
            {
                "A1:E1": "各村诉求在办情况调度表",
                "A2:E2": "2026年7月",
                "A3": "序号",
                "B3": "村别",
                "C3": "目前在办\n（件）",
                "D3": "其中：\n已超期\n（件）",
                "E3": "包村领导",
                **{f"A{row}": row - 3 for row in range(4, 12)},
                **{f"B{row}": name for row, name in enumerate(_now, 4)},
                "A12:B12": "小计",
                "C12": "=SUM(C4:C11)",
                "D12": "=SUM(D4:D11)",
            },
            box=["A3:E12"],
        ),
    ],
    {
        **cross(
            {
                "B": ASK,
                "C": ASK,
                "D": ASK,
                "E": "mediations",
                "F": "mediations_agreed",
                "G": "mediations_settled",
                "H": "agreements_kept",
                "I": "registered",
                "J": "ended",
                "K": "merged",
            },
            {7: f"{T}#2026-06", 8: f"{T}#2026-H1", 9: f"{T}#2025-H1"},
        ),
        **cross(
            {"C": "open", "D": "overdue"},
            {row: f"{V[name]}#2026-07" for row, name in enumerate(_now, 4)},
            1,
        ),
    },
)


PAPERS = (MEDIATION, HAZARDS, HALL, DEEDS, PETITIONS)
