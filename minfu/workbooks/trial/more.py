"""Further forms of the trial: several tables on a sheet, several sheets, and what minfu has no figures of. Nobody's data."""

from minfu.workbooks.trial.drawing import ASK, Paper, Sheet, cross
from minfu.workbooks.trial.forms import FENG, FENGPU, HALF, JI, JUNE, PING, SU

BLOCKS = Paper(
    "一张表里三块，各有表头",
    [
        Sheet(
            "半年报",
            {
                "A1:F1": "凤埔乡2026年上半年基层治理工作情况统计表",
                "A2:F2": "一、诉求受理情况",
                "A3": "诉求类型", "B3": "咨询", "C3": "求助", "D3": "投诉", "E3": "建议", "F3": "表扬",
                "A4": "件数",
                "A6:F6": "二、诉求化解层级",
                "A7": "化解层级", "B7": "网格化解", "C7": "村级化解", "D7": "乡镇化解", "E7": "县级化解", "F7": "合计",
                "A8": "件数", "F8": "=SUM(B8:E8)",
                "A10:F10": "三、人民调解工作",
                "A11": "项目", "B11": "受理纠纷", "C11": "调解成功", "D11": "成功率（%）",
                "E11": "司法确认", "F11": "涉及金额（万元）",
                "A12": "数量",
            },
            box=["A3:F4", "A7:F8", "A11:F12"],
        )
    ],
    {
        **cross(
            {
                "B": "registered;kind=consultation", "C": "registered;kind=request", "D": "registered;kind=complaint",
                "E": "registered;kind=suggestion", "F": "registered;kind=praise",
            },
            {4: FENGPU + HALF},
        ),
        **cross(
            {"B": "solved;level=grid", "C": "solved;level=village", "D": "solved;level=township", "E": "solved;level=county"},
            {8: FENGPU + HALF},
        ),
        **cross(
            {"B": "mediations", "C": "mediations_agreed", "D": "mediations_settled", "E": ASK, "F": ASK},
            {12: FENGPU + HALF},
        ),
    },
)  # fmt: skip
MEDIATION = Paper(
    "矛盾纠纷排查调解",
    [
        Sheet(
            "调解",
            {
                "A1:G1": "2026年上半年矛盾纠纷排查调解情况统计表", "A2": "填报单位：凤埔乡司法所",
                "A3:A4": "调委会", "B3:B4": "排查纠纷（件）", "C3:E3": "调解情况",
                "F3:F4": "司法确认（件）", "G3:G4": "防止民转刑（件）",
                "C4": "受理（件）", "D4": "调解成功（件）", "E4": "成功率（%）",
                "A5": "凤埔村", "A6": "苏墩村", "A7": "合计", "B7": "=SUM(B5:B6)", "C7": "=SUM(C5:C6)", "D7": "=SUM(D5:D6)",
            },
            box=["A3:G7"],
        )
    ],
    {
        **cross(
            {"B": ASK, "C": "mediations", "D": "mediations_agreed", "E": "mediations_settled", "F": ASK, "G": ASK},
            {5: FENG + HALF, 6: SU + HALF},
        ),
        **cross({"E": "mediations_settled", "F": ASK, "G": ASK}, {7: FENGPU + HALF}),
    },
)  # fmt: skip

HAZARDS = Paper(
    "隐患排查整治：按等级分，minfu 没有",
    [
        Sheet(
            "隐患",
            {
                "A1:F1": "凤埔乡6月份安全隐患排查整治情况月报表",
                "A2:A3": "行业领域", "B2:C2": "一般隐患", "D2:E2": "重大隐患", "F2:F3": "整改率（%）",
                "B3": "排查数", "C3": "整改数", "D3": "排查数", "E3": "整改数",
                "A4": "消防", "A5": "自建房", "A6": "道路交通", "A7": "合计",
            },
            box=["A2:F7"],
        )
    ],
    cross(dict.fromkeys("BCDEF", ASK), {4: JUNE, 5: JUNE, 6: JUNE, 7: JUNE}),
)  # fmt: skip

SECTIONS = Paper(
    "一个长表，中间有分段行，行次和代码",
    [
        Sheet(
            "综合表",
            {
                "A1:E1": "乡镇综合情况统计表", "A2:E2": "2026年1-6月",
                "A3": "指标", "B3": "代码", "C3": "单位", "D3": "1-6月", "E3": "6月",
                "A4": "甲", "B4": "乙", "C4": "丙", "D4": 1, "E4": 2,
                "A5:E5": "一、群众诉求",
                "A6": "受理工单", "B6": "101", "C6": "件", "A7": "办结工单", "B7": "102", "C7": "件",
                "A8": "及时办结率", "B8": "103", "C8": "%", "A9": "满意率", "B9": "104", "C9": "%",
                "A10": "平均办理时长", "B10": "105", "C10": "小时",
                "A11:E11": "二、信访", "A12": "来信", "B12": "201", "C12": "件",
                "A13": "来访", "B13": "202", "C13": "批次",
                "A14": "及时受理率", "B14": "203", "C14": "%",
                "A15:E15": "三、党建", "A16": "发展党员", "B16": "301", "C16": "人",
                "A17": "开展主题党日", "B17": "302", "C17": "次",
            },
            box=["A3:E17"],
        )
    ],
    cross(
        {"D": HALF, "E": JUNE},
        {
            6: "registered" + FENGPU, 7: "ended" + FENGPU, 8: "in_time" + FENGPU, 9: "satisfaction" + FENGPU,
            10: ASK, 12: ASK, 13: ASK, 14: ASK, 16: ASK, 17: ASK,
        },
    ),
)  # fmt: skip

SERVICES = Paper(
    "便民服务和项目，两张工作表，一张隐藏",
    [
        Sheet(
            "便民服务",
            {
                "A1:E1": "凤埔乡2026年二季度便民服务办件情况统计表",
                "A2": "服务点", "B2": "办件量", "C2": "其中：帮办代办", "D2": "好评率", "E2": "差评数",
                "A3": "凤埔村", "A4": "平沙村",
            },
            box=["A2:E4"],
            percent=["D3:D4"],
        ),
        Sheet(
            "项目",
            {
                "A1:D1": "为民办实事项目进展表（截至2026年6月底）",
                "A2": "项目名称", "B2": "总投资（万元）", "C2": "完成投资（万元）", "D2": "完成率（%）",
                "A3": "凤埔村饮水工程", "A4": "苏墩村道路硬化",
            },
            box=["A2:D4"],
        ),
        Sheet("字典", {"A1": "村名", "A2": "凤埔村"}, box=["A1:B3"], hidden=True),
    ],
    {
        **cross(dict.fromkeys("BCDE", ASK), {3: HALF, 4: HALF}),
        **cross(dict.fromkeys("BCD", ASK), {3: HALF, 4: HALF}, sheet=1),
    },
)  # fmt: skip

PLAIN = Paper(
    "没有边框，没有年份，表头不合并",
    [
        Sheet(
            "Sheet1",
            {
                "A1": "6月份诉求办理情况（凤埔乡）",
                "A3": "村", "B3": "受理", "C3": "办结", "D3": "满意率%", "E3": "派单", "F3": "重办",
                "A4": "凤埔", "A5": "平沙", "A6": "际头", "A7": "苏墩",
                "A9": "说明：数据以系统为准。",
            },
        )
    ],
    cross(
        {"B": "registered", "C": "ended", "D": "satisfaction", "E": "assigned", "F": "reopened"},
        {4: FENG + JUNE, 5: PING + JUNE, 6: JI + JUNE, 7: SU + JUNE},
    ),
)  # fmt: skip

COMPARED = Paper(
    "和上年比：同期、增减，合并的左栏",
    [
        Sheet(
            "对比",
            {
                "A1:F1": "凤埔乡2026年上半年诉求情况同比分析表",
                "A2:B2": "指标", "C2": "今年上半年", "D2": "去年同期", "E2": "增减", "F2": "同比（%）",
                "A3:A6": "受理", "B3": "总数", "B4": "咨询", "B5": "投诉", "B6": "举报",
                "A7:A9": "办理", "B7": "办结数", "B8": "按期办结数", "B9": "办结率",
                "E3": "=C3-D3", "E4": "=C4-D4", "E5": "=C5-D5", "E6": "=C6-D6", "E7": "=C7-D7", "E8": "=C8-D8",
            },
            box=["A2:F9"],
        )
    ],
    {
        **cross(
            {"C": FENGPU + HALF, "D": FENGPU + "#2025-H1"},
            {
                3: "registered", 4: "registered;kind=consultation", 5: "registered;kind=complaint",
                6: "registered;kind=wrongdoing", 7: "ended", 8: "in_time.top", 9: ASK,
            },
        ),
        **cross({"F": ASK}, dict.fromkeys(range(3, 10), HALF)),
        "0!E9": ASK,
    },
)  # fmt: skip

GROWN = Paper(
    "增长率：百分号写明的、没写明的、比率的、不知道哪一段的",
    [
        Sheet(
            "增长",
            {
                "A1:G1": "凤埔乡2026年6月诉求增长情况表",
                "A2": "指标", "B2": "本月数", "C2": "上年同期", "D2": "同比增长（%）", "E2": "环比增长率", "F2": "同比增长",
                "G2": "同比增减（件）",
                "A3": "受理诉求", "A4": "办结诉求", "A5": "满意率",
            },
            box=["A2:G5"],
        ),
        Sheet(
            "累计",
            {
                "A1:E1": "凤埔乡2026年6月诉求累计情况表", "A2": "指标", "B2": "本月数", "C2": "本年累计",
                "D2": "比上年同期增长%", "E2": "备注", "A3": "受理诉求",
            },
            box=["A2:E3"],
        ),
        Sheet(
            "各村",
            {
                "A1:D1": "凤埔乡2026年6月诉求情况表（分村）", "A2:A3": "村", "B2:C2": "受理数", "D2:D3": "同比增长（%）",
                "B3": "本月", "C3": "同比增长（%）", "A4": "凤埔村", "A5": "平沙村",
            },
            box=["A2:D5"],
        ),
    ],
    {
        **cross({"B": FENGPU + JUNE, "C": FENGPU + "#2025-06"}, {3: "registered", 4: "ended", 5: "satisfaction"}),
        **cross({"D": FENGPU + JUNE + "^a_year_before", "E": FENGPU + JUNE + "^before"}, {3: "registered", 4: "ended", 5: ASK}),
        **cross({"F": ASK, "G": ASK}, {3: "registered", 4: "ended", 5: ASK}),
        **cross({"B": FENGPU + JUNE, "C": FENGPU + HALF, "D": FENGPU + JUNE + "^a_year_before"}, {3: "registered"}, sheet=1),
        **cross({"B": "registered", "D": ASK}, {4: FENG + JUNE, 5: PING + JUNE}, sheet=2),
        **cross({"C": "registered"}, {4: FENG + JUNE + "^a_year_before", 5: PING + JUNE + "^a_year_before"}, sheet=2),
    },
)  # fmt: skip

PAPERS = (GROWN, BLOCKS, MEDIATION, HAZARDS, SECTIONS, SERVICES, PLAIN, COMPARED)
