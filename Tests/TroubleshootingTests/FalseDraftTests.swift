import Domain
import TestSupport
import Testing

@testable import Troubleshooting

/// One case for each way in which a draft can differ from the manual and yet have most of its words.
@Suite("False drafts")
struct FalseDraftTests {
    private func decide(_ step: String, against remedies: [String], in manual: ManualRevision) -> StepCheck.Decision {
        let passage = Samples.passage(
            manual, code: "X1", heading: [], title: nil,
            text: (["Cause: Guard open at the bottom; pressure rises; clutch disengaged."] + remedies)
                .joined(separator: "\n"), remedies: remedies)
        return StepCheck(passages: Samples.offered(passage), message: nil).decide(step, cite: ["p1"])
    }

    private func isSupported(_ step: String, _ remedies: String..., in manual: ManualRevision = Samples.englishManual)
        -> Bool
    {
        if case .supported = decide(step, against: remedies, in: manual) { return true }
        return false
    }

    @Test(
        "English: one thing changed",
        arguments: [
            // Negations, in their clause.
            ("Do not open the guard until the ram stands still.", "Open the guard until the ram does not stand still."),
            ("Do not open valve V1 while valve V2 is open.", "Open valve V1 while valve V2 is not open."),
            ("Open the guard if lamp H1 is not lit.", "Do not open the guard if lamp H1 is lit."),
            ("Never reach in without a tool.", "Reach in, never without a tool."),
            // Directions.
            ("Move jumper J5 from pin 3 to pin 7.", "Move jumper J5 to pin 3 from pin 7."),
            ("Move jumper J5 from pin 3 to pin 7.", "Move jumper J5 from pin 7 to pin 3."),
            ("Stop when the pressure falls at the top.", "Stop when the pressure rises at the top."),
            ("Stop when the pressure falls at the top.", "Stop when the pressure falls at the bottom."),
            ("Engage the clutch before you start.", "Disengage the clutch before you start."),
            ("Engage the clutch before you start.", "Engage the clutch after you start."),
            ("Switch off Q1 and switch on Q2.", "Switch on Q1 and switch off Q2."),
            // Connectives and conditions.
            ("Switch off Q1 and Q2.", "Switch off Q1 or Q2."),
            ("Switch off Q1 and then Q2.", "Switch off Q1 and Q2."),
            ("Open the guard only if the ram is locked.", "Open the guard even if the ram is locked."),
            ("Open the guard only if the ram is locked.", "Open the guard if the ram is locked."),
            ("Open the guard when the ram is locked.", "Open the guard until the ram is locked."),
            ("Open the guard once the ram is locked.", "Open the guard while the ram is locked."),
            ("Wait 10 minutes, then open the cover.", "Open the cover, then wait 10 minutes."),
            ("If the lamp is on, open the cover.", "If open the cover, the lamp is on."),
            ("Let it cool, do not open the cover.", "Let it cool, open the cover."),
            // Quantifiers.
            ("Turn screw S1 by half a turn.", "Turn screw S1 by a turn."),
            ("Switch off both supplies.", "Switch off supplies."), ("Check all four bolts.", "Check four bolts."),
            ("Check each of the bolts.", "Check one of the bolts."), ("Check every bolt.", "Check any bolt."),
            ("Leave at least 5 mm.", "Leave at most 5 mm."), ("Replace the fuses.", "Replace one of the fuses."),
            ("Remove either plug.", "Remove neither plug."), ("Remove some oil.", "Remove all oil."),
            // Adverbs and tense.
            ("Open valve V1 slowly and fully.", "Open valve V1 fully."),
            ("Open valve V1 slowly and fully.", "Open valve V1 slowly."),
            ("Touch the bar if Q1 is off.", "Touch the bar if Q1 is on."),
            ("Touch the bar if Q1 has been off.", "Touch the bar if Q1 is off."),
            ("Is lamp H1 lit? Open the guard.", "Lamp H1 is lit. Open the guard."),
            ("Tighten the second screw.", "Tighten the first screw."),
            ("Move axis A up.", "Move axis up."), ("A must be closed.", "Must be closed."),
            ("Check terminal a.", "Check terminal."), ("Switch on B and A.", "Switch on B and a."),
            ("Use a few drops of oil.", "Use few drops of oil."),
            ("Pull plug X1, not plug X2.", "Pull not plug X1, plug X2."), ("Stop, do not wait.", "Stop do not, wait."),
        ])
    func english(remedy: String, step: String) {
        #expect(isSupported(remedy, remedy))
        #expect(!isSupported(step, remedy))
    }

    @Test(
        "numbers, units and signs",
        arguments: [
            ("The resistance must be 5 mΩ.", "The resistance must be 5 MΩ."),
            ("The resistance must be 5 mohm.", "The resistance must be 5 Mohm."),
            ("The resistance is shown in mΩ.", "The resistance is shown in MΩ."),
            ("Set the rate to 5 mrad.", "Set the rate to 5 Mrad."), ("Set it to 5 mA.", "Set it to 5 MA."),
            ("Tighten S7 to 25 ft-lb.", "Tighten S7 to 25 in-lb."), ("Tighten S7 to 25 ft-lb.", "Tighten S7 to 25 Nm."),
            ("Tighten S7 to 25ft-lb.", "Tighten S7 to 25in-lb."),
            ("Wait twenty-five minutes.", "Wait twenty-six minutes."), ("Wait forty minutes.", "Wait fifty minutes."),
            ("Wait one hundred seconds.", "Wait two hundred seconds."), ("Wait ninety s.", "Wait nineteen s."),
            ("Wait one minute.", "Wait one second."), ("Wait one minute.", "Wait a second."),
            ("Open it if A ≠ B.", "Open it if A = B."), ("Keep it ≠ 5 V.", "Keep it = 5 V."),
            ("Keep it ≤ 5 V.", "Keep it < 5 V."), ("Keep it ≤ 5 V.", "Keep it 5 V."), ("Keep ± 5 V.", "Keep 5 V."),
            ("Cut the hose at 5″.", "Cut the hose at 5′."), ("Cut the hose at 5\".", "Cut the hose at 5'."),
            ("Cut the hose at 5\".", "Cut the hose at 5."), ("Turn S1 to 30°.", "Turn S1 to 30."),
            ("Set it to 102.", "Set it to 10²."), ("Set it to 10⁵.", "Set it to 105."),
            ("Set it to 52.", "Set it to 5₂."), ("Turn it by 2½ turns.", "Turn it by 21/2 turns."),
            ("Set it to 45.", "Set it to ٤٥."), ("Set it to 45 V.", "Set it to ४५ V."),
            ("Set it to ٤٥ V.", "Set it to ٥٤ V."),
            ("Loosen bolt ③ and remove cover ④.", "Loosen bolt ④ and remove cover ③."),
            ("③ and ④ must be tight.", "⑤ and ⑥ must be tight."), ("Offset: - 5 mm at S1.", "Offset: 5 mm at S1."),
            ("Set P1 to: 5. Press S1.", "Set P1 to: 7. Press S1."), ("Set it to 1.5 bar.", "Set it to 1,5 bar."),
            ("Set it to 1.5 bar.", "Set it to 15 bar."), ("Cool to −5 °C.", "Cool to 5 °C."),
            ("Keep 20 to 30 °C.", "Keep 30 to 20 °C."), ("Keep 20 to 30 °C.", "Keep 20 °C."),
            ("Terminal U to W.", "Terminal u to w."), ("Use S1 → S2.", "Use S1 ← S2."),
            ("Measure 24 V at X1 and 48 V at X2.", "Measure 48 V at X1 and 24 V at X2."),
            ("Turn it 3 times.", "Turn it 3 turns."), ("Fit 3 screws.", "Fit 2 screws."),
            ("Fit 3 screws.", "Fit screws."),
        ])
    func numbers(remedy: String, step: String) {
        #expect(isSupported(remedy, remedy))
        #expect(!isSupported(step, remedy))
    }

    @Test(
        "Chinese: one thing changed",
        arguments: [
            ("不可打開安全門，直到滑塊停止。", "可打開安全門，直到滑塊不停止。"), ("若燈不亮，打開安全門。", "若燈亮，不打開安全門。"),
            ("若燈亮，打開安全門。", "燈亮，打開安全門。"), ("從端子 3 移到端子 7。", "從端子 7 移到端子 3。"),
            ("從端子 3 移到端子 7。", "到端子 3 移從端子 7。"), ("關閉 Q1 和 Q2。", "關閉 Q1 或 Q2。"), ("關閉 Q1 及 Q2。", "關閉 Q2 及 Q1。"),
            ("鬆開螺絲半圈。", "鬆開螺絲圈。"), ("鬆開螺絲半圈。", "鬆開螺絲一圈。"), ("鎖緊全部螺絲。", "鎖緊螺絲。"), ("拔下兩個插頭。", "拔下插頭。"),
            ("每次都檢查。", "檢查。"), ("每個螺絲各轉兩圈。", "螺絲各轉兩圈。"), ("拔下任一插頭。", "拔下一插頭。"), ("等壓力上升後打開。", "等壓力下降後打開。"),
            ("啟動前檢查。", "啟動後檢查。"), ("停止時打開門。", "停止前打開門。"), ("等候二十五秒。", "等候二十六秒。"), ("等候一百秒。", "等候二百秒。"),
            ("等候一分鐘。", "等候一秒鐘。"), ("等候 5 分鐘。", "等候 5 秒。"), ("先關水，再關電。", "先關電，再關水。"), ("緩慢打開閥 V1。", "打開閥 V1。"),
            ("更換 3 組保險絲。", "更換 3 個保險絲。"), ("鬆開把手。", "鬆開手。"), ("打開關閉的閥。", "打開關閉閥。"), ("檢查二三次。", "檢查三次。"),
            ("溫度須大於 30 度。", "溫度須大 30 度。"), ("不，打開安全門。", "不打開安全門。"), ("將壓力設為 5。", "將壓力設為s 5。"),
            ("若壓力高於 5 MPa，停機。", "若壓力高於 5 mPa，停機。"), ("检查油位。", "檢查油位。"), ("檢查油位。", "检查油位。"),
            ("按 emergency stop 鍵。", "不按 emergency stop 鍵。"), ("按 emergency stop 鍵。", "Push the emergency stop, 按鍵。"),
        ])
    func chinese(remedy: String, step: String) {
        #expect(isSupported(remedy, remedy, in: Samples.chineseManual))
        #expect(!isSupported(step, remedy, in: Samples.chineseManual))
    }

    @Test(
        "a few characters of another script do not make another language of a step",
        arguments: [
            "Tighten the in en設為s if one is blown", "Tighten the fuse 設 if one is blown.", "Open the guard 設定 now.",
            "Replace the fuse(保險絲)if none is blown.", "設Replace the wrong fuse and open the guard at once.",
            "Open the guard. 檢查保險絲並更換損壞的保險絲", "設為s。", "更換fusе。", "更換 fuse Α1。", "更換СТОП開關。", "打開 the guard。",
        ])
    func scripts(step: String) {
        #expect(!isSupported(step, "Replace the fuse F1 if one is blown.", "Close cover C1."))
    }

    @Test(
        "a translation keeps the names of parts in their letters",
        arguments: [
            "更換Q1斷路器。", "更換F3保險絲 (10 A)。", "按RESET鍵 3 s。", "檢查LED燈與24V電源。", "按下 Emergency Stop 按鈕。", "檢查 F3 fuse 保險絲。",
        ])
    func translations(step: String) {
        #expect(
            isSupported(
                step, "Replace breaker Q1.", "Replace fuse F3 (10 A).", "Press RESET for 3 s.",
                "Check LED and the 24 V supply.", "Press the emergency stop button."))
    }

    @Test("an English translation may name a part as the Chinese manual does")
    func englishTranslation() {
        #expect(isSupported("Hold the reset key (重置鍵) for 3 s.", "按住重置鍵 3 秒。", in: Samples.chineseManual))
        #expect(!isSupported("Hold the reset key (重設鍵) for 3 s.", "按住重置鍵 3 秒。", in: Samples.chineseManual))
    }

    @Test(
        "what says the same is supported",
        arguments: [
            ("Wait twenty-five minutes.", "Wait 25 minutes."), ("Wait one minute.", "Wait 1 min."),
            ("Wait one hundred and five seconds.", "Wait 105 s."),
            ("Wait 2,500 ms.", "Wait two thousand five hundred ms."),
            ("Tighten S7 to 25 N·m.", "Tighten S7 to 25 Nm."), ("Tighten S7 to 25 N⋅m.", "Tighten S7 to 25Nm."),
            ("Do NOT open the guard.", "Do not open the guard."), ("Press \"RESET\" twice.", "Press 'RESET' twice."),
            ("Keep 20–30 °C.", "Keep 20 ~ 30 ℃."), ("Turn the screw by half a turn.", "Turn screw by half a turn."),
            ("CHECK THE OIL LEVEL", "Check the oil level."), ("Check the oil level.", "Please check the oil level"),
            ("5. Check the oil level.", "Check the oil level."), ("Wait twenty to thirty s.", "Wait 20–30 s."),
        ])
    func same(remedy: String, step: String) { #expect(isSupported(step, remedy)) }

    @Test(
        "what says the same in Chinese is supported",
        arguments: [
            ("等候二十五秒。", "等候 25 s。"), ("等候一百零五秒", "等候105秒。"), ("請鎖緊端子。", "鎖緊端子。"), ("若仍發生，請聯絡維修人員。", "若仍發生，聯絡維修人員。"),
            ("將溫度設為 20 至 30 度。", "將溫度設為20–30度。"), ("按「重置」鍵。", "按重置鍵。"), ("更換 3 個保險絲。", "更換三個保險絲。"),
            ("電量充至百分之八十。", "電量充至 80 %。"),
        ])
    func sameInChinese(remedy: String, step: String) {
        #expect(isSupported(step, remedy, in: Samples.chineseManual))
    }

    @Test("a part of a remedy stands for the whole of it")
    func part() {
        let remedies = ["Turn screw TR-R clockwise by half a turn.", "Switch off Q1. Wait 10 s. Open G2."]
        let part = { decide($0, against: remedies, in: Samples.englishManual) }
        #expect(part("Turn screw TR-R") == .part(of: remedies[0], cite: "p1"))
        #expect(part("Wait 10 s. Open G2.") == .part(of: remedies[1], cite: "p1"))
        #expect(part("Open G2.") == .part(of: remedies[1], cite: "p1"))
        #expect(part(remedies.joined(separator: " ")) == .supported(cite: ["p1"], isWordForWord: true))
        #expect(part("Switch off Q1. Open G2.") == .rejected(.stitched))
    }
}
