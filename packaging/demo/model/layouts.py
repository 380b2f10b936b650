"""How manuals lay out their fault tables and sections: header words, column orders, list marks, labels.

The `HELD_OUT_*` ones appear in the evaluation only.
"""

# Header words of one table: code, fault, cause, remedy, extra column.
HEADERS = {
    "en": [
        ("Code", "Fault", "Cause", "Remedy", "Effect"), ("Alarm", "Description", "Possible cause", "Action", "Stop"),
        ("Error code", "Meaning", "Causes", "Corrective action", "Reaction"), ("Fault", "Text", "Reason", "Measures", "Consequence"),
        ("No.", "Message", "Probable cause", "What to do", "Behaviour"), ("Display", "Name", "Cause", "Countermeasure", "Output"),
        ("Fault code", "Fault name", "Possible causes", "Solution", "Class"), ("Alarm no.", "Alarm text", "Cause", "Troubleshooting", "Level"),
        ("Message no.", "Event", "Explanation", "Steps", "Drive response"), ("ID", "Designation", "Background", "Procedure", "Status"),
        ("Code", "Error", "Trigger", "Check and remedy", "Lamp"), ("Error", "Problem", "Root cause", "Fix", "Mode"),
        ("Alarm code", "Condition", "Why", "Operator action", "Severity"), ("Code", "Symptom", "Cause", "Remedies", "Category"),
        ("Code", "Message", "Possible cause", "Recommended action", "Machine reaction"), ("Number", "Fault message", "Cause", "Elimination", "Result"),
    ],
    "zh-TW": [
        ("代碼", "故障", "原因", "處置", "影響"), ("警報號碼", "說明", "可能原因", "處理方法", "停機"), ("異常代碼", "異常名稱", "發生原因", "對策", "動作"),
        ("錯誤代碼", "內容", "原因", "排除方法", "等級"), ("故障碼", "故障名稱", "故障原因", "解決方法", "狀態"), ("顯示", "名稱", "原因說明", "處理步驟", "機台反應"),
        ("編號", "訊息", "可能原因", "措施", "輸出"), ("警報", "警報內容", "主因", "檢修方法", "分類"), ("代號", "現象", "成因", "處理方式", "燈號"),
        ("故障代碼", "故障內容", "原因", "處置方法", "保護動作"), ("ALM", "異常訊息", "推定原因", "改善對策", "模式"), ("Code", "名稱", "原因", "應對方式", "結果"),
        ("警報代碼", "警報名稱", "原因", "處理", "後果"), ("異常碼", "異常說明", "要因", "排除步驟", "反應"),
    ],
}
HELD_OUT_HEADERS = {
    "en": [("Event no.", "Fault text", "Origin", "Rectification", "Impact"), ("Trip code", "Trip", "Likely reason", "Response", "Drive state"),
           ("Signal", "Malfunction", "Diagnosis", "Repair", "Priority")],
    "zh-TW": [("錯誤號碼", "警示內容", "起因", "因應措施", "停止方式"), ("訊息代號", "異常狀況", "異常原因", "復歸方法", "嚴重度"), ("跳脫碼", "跳脫名稱", "可能因素", "修復方式", "警示燈")],
}

# Order of the columns above, by index. The extra column may be absent.
ORDERS = [(0, 1, 2, 3), (0, 1, 3), (0, 1, 2, 4, 3), (0, 3, 2), (1, 0, 2, 3), (0, 2, 3), (0, 1, 4, 2, 3), (0, 1, 3, 2), (0, 1, 2, 3, 4), (0, 3), (1, 0, 3, 2), (0, 1, 3, 4)]
HELD_OUT_ORDERS = [(0, 4, 1, 3, 2), (1, 4, 0, 2, 3), (0, 2, 1, 3)]

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫"

# A list style: (mark before item i or "", text between items, whether items keep a full stop, space after mark).
STYLES = {
    "en": [
        ("{n}. ", " ", True), ("{n}. ", " ", False), ("({n}) ", " ", True), ("({n}) ", " ", False), ("{n}) ", " ", True), ("{n}) ", " ", False),
        ("{n}) ", "; ", False), ("({n}) ", "; ", False), ("{c} ", " ", True), ("{c}", " ", False), ("{a}) ", " ", True), ("{a}) ", "; ", False),
        ("", "; ", False), ("", "; ", False), ("", " ", True), ("", " ", True), ("", " / ", False), ("", "\n", True), ("", "\n", False), ("{n}. ", "\n", True),
        ("{n}. ", "\n", False), ("- ", "\n", True), ("- ", "\n", False), ("{n}) ", "\n", False), ("({a}) ", " ", True), ("{n}. ", " ", True), ("• ", " ", False), ("- ", " ", False),
    ],
    "zh-TW": [
        ("{n}. ", "", True), ("{n}. ", " ", False), ("{n}.", "", True), ("{n}.", " ", False), ("({n})", "", True), ("({n}) ", " ", False), ("（{n}）", "", True), ("（{n}）", "", False),
        ("{c}", "", True), ("{c}", " ", False), ("{c}", "", False), ("{a}) ", " ", True), ("{n}) ", "；", False), ("{n}、", "", True), ("{n}、", "；", False),
        ("", "；", False), ("", "；", False), ("", "。", False), ("", "", True), ("", "", True), ("", "／", False), ("", "/", False), ("", " / ", False), ("", "\n", True), ("", "\n", False),
        ("{n}. ", "\n", True), ("{n}. ", "\n", False), ("- ", "\n", True), ("- ", "\n", False), ("{c}", "\n", True), ("", "; ", False), ("{c}", "；", False), ("{c}", "；", False), ("({n})", "；", False), ("{n}) ", " ", False),
    ],
}
HELD_OUT_STYLES = {
    "en": [("[{n}] ", " ", True), ("Step {n}: ", " ", True), ("{A}. ", " ", True), ("{n} - ", "; ", False)],
    "zh-TW": [("步驟{n}：", "", True), ("【{n}】", "", True), ("{A}. ", " ", False), ("{n}：", "；", False)],
}

SECTION_LABELS = {
    "en": (["Causes:", "Possible causes:", "Reasons:"], ["Remedy:", "Do the following:", "Steps:", "Actions:", "To clear the fault:", "Proceed as follows:", "Solution:"]),
    "zh-TW": (["原因：", "可能原因：", "發生原因："], ["處置：", "處理步驟：", "請依下列步驟處理：", "排除方法：", "步驟：", "對策："]),
}

REMARK_HEADERS = {"en": ["Note", "Remarks", "Escalation", "If not solved", "Support"], "zh-TW": ["備註", "說明", "未排除時", "聯絡", "備考"]}


def mark(pattern, index):
    return pattern.format(n=index + 1, c=CIRCLED[index], a="abcdefghijkl"[index], A="ABCDEFGHIJKL"[index])


def render(style, items, stop):
    """The text of a list and its items as the draft must give them (without the list mark)."""
    pattern, between, stopped = style
    kept = [item + stop if stopped else item for item in items]
    text = between.join(mark(pattern, i) + item for i, item in enumerate(kept))
    return text, kept
