import Testing

@testable import Manuals

@Suite struct RemedySplitterTests {
    @Test(
        "list marks part a remedy into actions",
        arguments: [
            ("1. Check the oil. 2. Set 12.5 MPa. 3. Restart.", ["Check the oil.", "Set 12.5 MPa.", "Restart."]),
            ("1) Check the oil 2) Restart", ["Check the oil", "Restart"]),
            ("(1) Check the oil. (2) Restart.", ["Check the oil.", "Restart."]),
            ("a) Check the oil; b) Restart", ["Check the oil", "Restart"]),
            ("①檢查油位；②更換濾芯 HF-20", ["檢查油位", "更換濾芯 HF-20"]),
            ("1.檢查油位。2.更換濾芯。", ["檢查油位。", "更換濾芯。"]),
            ("1、檢查油位；2、更換濾芯", ["檢查油位", "更換濾芯"]),
            ("（1）檢查油位（2）更換濾芯", ["檢查油位", "更換濾芯"]),
            ("- Check the oil\n- Restart", ["Check the oil", "Restart"]),
            ("• Check the oil\n• Restart", ["Check the oil", "Restart"]),
            ("Check the oil\nRestart", ["Check the oil", "Restart"]),
            ("Check the oil; restart", ["Check the oil", "restart"]),
            ("檢查油位；更換濾芯", ["檢查油位", "更換濾芯"]),
            ("檢查油位。更換濾芯。", ["檢查油位。", "更換濾芯。"]),
            ("Do this: 1. Check the oil. 2. Restart.", ["Check the oil.", "Restart."]),
            (
                "1. Check the oil. If it is low, refill. 2. Restart.",
                ["Check the oil. If it is low, refill.", "Restart."]
            ),
            ("1. Check the\noil level.\n2. Restart.", ["Check the oil level.", "Restart."]),
        ])
    func marks(text: String, actions: [String]) {
        #expect(RemedySplitter.split(text).actions == actions)
    }

    @Test(
        "numbers, abbreviations and parentheses never part an action",
        arguments: [
            "Set the pressure to 12.5 MPa.", "Set P1.04 to approx. 8.0 s.",
            "Tighten the screws (2. from the left; all of them).",
            "Use oil (e.g. VG 46; never VG 68).", "Measure 24 V at X1:3, see Fig. 4.", "將壓力（約 1.5 MPa；熱機後）調整。",
            "Set N12 to 1.5 mm at no. 3 cylinder.", "Wait 3 s.",
        ])
    func whole(text: String) {
        #expect(RemedySplitter.split(text).actions == [text])
    }

    @Test(
        "the sentence that says when to call for help is kept apart",
        arguments: [
            ("1. Reset. 2. Restart. If the fault returns, call service.", "If the fault returns, call service."),
            (
                "Reset. If the problem persists, contact the manufacturer.",
                "If the problem persists, contact the manufacturer."
            ),
            ("Reset. Call maintenance if the alarm remains.", "Call maintenance if the alarm remains."),
            ("①重置；②重新啟動。若警報仍然出現，請聯絡維修人員。", "若警報仍然出現，請聯絡維修人員。"),
            ("重置。如問題持續，請通知原廠。", "如問題持續，請通知原廠。"),
            (
                "Reset; if the alarm does not clear, notify the supervisor",
                "if the alarm does not clear, notify the supervisor"
            ),
        ])
    func escalation(text: String, sentence: String) {
        let split = RemedySplitter.split(text)
        #expect(split.escalation == [sentence])
        #expect(!split.actions.isEmpty && !split.actions.contains { $0.contains(sentence) })
    }

    @Test(
        "an ordinary condition is no escalation",
        arguments: [
            "If the filter is clogged, replace it.", "Check the contact K1 if the lamp is dark.", "若油位過低，請補充油壓油。",
            "Replace the fuse if it is blown.",
        ])
    func noEscalation(text: String) {
        #expect(RemedySplitter.split(text) == RemedySplitter.Result(actions: [text], escalation: []))
    }
}
