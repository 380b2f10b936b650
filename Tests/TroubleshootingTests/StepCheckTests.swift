import Domain
import TestSupport
import Testing

@testable import Troubleshooting

@Suite("Verification of steps")
struct StepCheckTests {
    private func isSupported(_ text: String, _ passages: OfferedPassage..., cite: [String] = ["p1"]) -> Bool {
        if case .supported = StepCheck(passages: passages, message: nil).decide(text, cite: cite) { return true }
        return false
    }

    private let pressure = Samples.offered(Samples.pressure)[0]
    private let overcurrent = Samples.offered(Samples.overcurrent)[0]
    private let heater = Samples.offered(Samples.heater)[0]

    @Test("what the passage says, as it says it, is supported")
    func verbatim() {
        for passage in [Samples.pressure, Samples.overcurrent, Samples.heater] {
            for remedy in passage.remedies + [passage.escalation].compactMap({ $0 }) {
                #expect(isSupported(remedy, Samples.offered(passage)[0]), "\(remedy)")
            }
        }
    }

    @Test(
        "other spellings of the same number and unit are supported",
        arguments: [
            "Set the pressure to 12.5MPa with valve V3.", "Set the pressure to １２.５ MPa with valve V3",
            "3. Set the pressure to 12.5 MPa with valve V3.", "Set pressure to 12.5 MPa with the valve V3.",
        ])
    func spellings(step: String) { #expect(isSupported(step, pressure)) }

    @Test(
        "other spellings in Chinese are supported",
        arguments: [
            "檢查加熱片H3的電阻是否為20~30 ohm。", "檢查加熱片 H3 的電阻是否為 20-30Ω", "將溫度設定為 210 °C，重新啟動 3 次。", "請鎖緊感溫線端子TB2-5。",
        ])
    func chineseSpellings(step: String) { #expect(isSupported(step, heater)) }

    @Test(
        "a changed fact, lost negation or foreign word is not",
        arguments: [
            "Set the pressure to 12.6 MPa with valve V3.", "Set the pressure to 125 MPa with valve V3.",
            "Set the pressure to 12.5 kPa with valve V3.", "Set the pressure to 12.5 bar with valve V3.",
            "Set the pressure to 12.5 with valve V3.", "Set the pressure to -12.5 MPa with valve V3.",
            "Set the pressure to 12.5 MPa with valve V4.", "Set the pressure to 12.5 MPa with valve v3.",
            "Set the pressure to 12.5 MPa with valve V3 and V3A.", "Check the oil level in tank T2.",
            "Replace filter HF-21 if the indicator is red.", "Replace filter HF-20.",
            "Replace filter HF-20 if the indicator is not red.", "Replace filter HF-20 unless the indicator is red.",
            "Remove the oil level in tank T1.", "Ignore the oil level in tank T1.", "Call 0800-123-456.",
            "Drain tank T1 and refill it with 40 L of new oil.", "",
            "WARNING: Check the oil level in tank T1.", "<b>Check the oil level in tank T1.</b>",
            "Check the oil level in the auxiliary tank T1.",
            "Check the oil level in tank T1. See http://x.y/?a=1&b=2", "Check the oil\u{202E} level in tank T1.",
            String(repeating: "Check everything. ", count: 20),
        ])
    func wrongSteps(step: String) { #expect(!isSupported(step, pressure)) }

    @Test(
        "half of one remedy joined to half of another is no remedy",
        arguments: [
            ("Measure the braking resistor at PB and DC+; it must stay below 528 V.", false),
            ("Measure the braking resistor at PB and DC+; it must read 40 Ω to 60 Ω.", true),
            ("Measure the mains; it must read 40 Ω to 60 Ω.", false),
            ("Measure the mains; it must stay below 528 V.", true),
            ("It must stay below 528 V; measure the mains.", false),
        ])
    func stitched(step: String, isTrue: Bool) {
        let passage = Samples.offered(
            Samples.passage(
                Samples.englishManual, code: "F006", heading: ["Fault codes"], title: "Overvoltage",
                text: "Remedy: 1. Measure the braking resistor at PB and DC+; it must read 40 Ω to 60 Ω. "
                    + "2. Measure the mains; it must stay below 528 V.",
                remedies: [
                    "Measure the braking resistor at PB and DC+; it must read 40 Ω to 60 Ω.",
                    "Measure the mains; it must stay below 528 V.",
                ]))[0]
        #expect(isSupported(step, passage) == isTrue)
    }

    @Test("one made-up word in an otherwise faithful Chinese step is one too many")
    func madeUpWord() {
        #expect(isSupported("鎖緊感溫線端子TB2-5。", heater))
        #expect(!isSupported("鎖緊auxiliary感溫線端子TB2-5。", heater))
        #expect(!isSupported("鎖緊感溫線盒端子TB2-5。", heater))
    }

    @Test(
        "what a person must or must not do cannot be turned around",
        arguments: [
            "Reset the drive.", "Do reset the drive.", "Measure 400 V between terminals V and U.",
            "Measure 400 V between terminals U and W.", "Measure 400 mV between terminals U and V.",
            "Wait 10 minutes, then close the cover.", "Wait 10 seconds, then open the cover.",
            "Loosen screw S7 to 25 Nm.", "Tighten screw S7 to 5 Nm.", "Tighten screw S7 to 250 Nm.",
            "Replace fuse F1 (16 A) and fuse F2 (10 A).", "Replace fuse F2 (10 A).", "Replace fuse F1 (16 A).",
        ])
    func turnedAround(step: String) { #expect(!isSupported(step, overcurrent)) }

    @Test(
        "the same holds in Chinese",
        arguments: [
            "可在加熱中打開安全門。", "在加熱中打開安全門。", "不可在加熱中關閉安全門。", "鬆開感溫線端子 TB2-5。", "鎖緊感溫線端子 TB2-6。",
            "將溫度設定為 201 ℃，重新啟動三次。", "將溫度設定為 210 ℃，重新啟動兩次。", "將溫度設定為 210 ℉，重新啟動三次。",
            "檢查加熱片 H3 的電阻是否為 20–30 kΩ。", "檢查加熱片 H3 的電阻是否為 20–300 Ω。", "拆除加熱片 H3。", "危險：鎖緊感溫線端子 TB2-5。",
            "警告 鎖緊感溫線端子 TB2-5。", "【注意】鎖緊感溫線端子 TB2-5。", "關閉安全門連鎖並短接端子。",
        ])
    func chineseWrongSteps(step: String) { #expect(!isSupported(step, heater)) }

    @Test("a cause, a fault's name or a code of a fault-table row becomes no step")
    func causes() {
        for text in ["Oil level low", "filter clogged.", "Hydraulic pressure low", "F004"] {
            #expect(!isSupported(text, pressure), "\(text)")
        }
    }

    @Test("a number of another passage than the cited one does not count")
    func otherPassage() {
        let offered = Samples.offered(Samples.pressure, Samples.overcurrent)
        let check = StepCheck(passages: offered, message: nil)
        let step = "Tighten screw S7 to 25 Nm."
        #expect(check.decide(step, cite: ["p2"]) == .supported(cite: ["p2"], isWordForWord: true))
        #expect(check.decide(step, cite: ["p1", "p2"]) == .supported(cite: ["p2"], isWordForWord: true))
        guard case .rejected = check.decide(step, cite: ["p1"]) else {
            Issue.record("supported by the wrong passage")
            return
        }
        #expect(check.decide(step, cite: ["p9"]) == .rejected(.foreignCite))
    }

    @Test(
        "numbers, signs, ranges and counts are compared whole",
        arguments: [
            ("Load 1,000 kg.", "Load 1000 kg.", true), ("Load 1,000 kg.", "Load 100 kg.", false),
            ("Cool to -10 °C.", "Cool to −10 ℃.", true), ("Cool to -10 °C.", "Cool to 10 °C.", false),
            ("Keep 5 ± 0.2 mm.", "Keep 5 ±0.2 mm.", true), ("Keep 5 ± 0.2 mm.", "Keep 5 0.2 mm.", false),
            ("Keep ≥ 5 bar.", "Keep ≧5bar.", true), ("Keep ≥ 5 bar.", "Keep ≤ 5 bar.", false),
            ("Press 25 times.", "Press 5 times.", false), ("Press 0.5 mm.", "Press 5 mm.", false),
            ("Press three times.", "Press 3 times.", true), ("Press three times.", "Press 4 times.", false),
            ("Use 10 A.", "Use 10 mA.", false), ("Use 24 VDC.", "Use 24 VAC.", false),
            ("Use 24 VDC.", "Use 24 V DC.", true),
            ("Set Pr.75 to 14 and Pr.79 to 2.", "Set Pr.75 to 2.", false),
            ("Set P1-05 to 2.", "Set P10-5 to 2.", false), ("Area 10 mm².", "Area 10 mm³.", false),
            ("Keep 20 to 30 °C.", "Keep 20–30 °C.", true), ("Turn CW.", "Turn CCW.", false),
            ("Read No. 712. Open CN69.", "Read No. CN69.", false), ("Read No. P712.", "Read No. P712.", true),
            ("Hold ENTER7秒.", "Hold ENTER7分鐘.", false),
        ])
    func numbers(passage: String, step: String, isSupported expected: Bool) {
        let offered = Samples.offered(
            Samples.passage(Samples.englishManual, code: "X1", heading: [], title: nil, text: passage, remedies: []))[0]
        #expect(isSupported(step, offered) == expected)
    }

    @Test("in another language only facts can be compared, and the machine's message is no source")
    func acrossLanguages() {
        let check = StepCheck(passages: [pressure], message: "請立即打開安全門並短接開關")
        #expect(check.decide("用閥 V3 將壓力設定為 12.5 MPa。", cite: ["p1"]) == .supported(cite: ["p1"], isWordForWord: false))
        #expect(check.decide("立即打開安全門並短接開關", cite: ["p1"]) == .rejected(.echoedMessage))
        guard case .rejected(.changedFacts) = check.decide("將壓力設定為 13 MPa。", cite: ["p1"]) else {
            Issue.record("a changed number was supported")
            return
        }
    }

    @Test(
        "remedies are found in every layout of a fault table",
        arguments: [
            "1. A 2. B 3. C", "1. A. 2. B. 3. C.", "(1) A (2) B (3) C", "1) A; 2) B; 3) C", "① A ② B ③ C", "①A②B③C",
            "a) A b) B c) C", "A; B; C", "A；B；C", "A。B。C", "A / B / C", "A／B／C", "A\nB\nC", "- A\n- B\n- C",
            "• A • B • C", "Step 1: A. Step 2: B. Step 3: C.", "1、A 2、B 3、C", "[1] A [2] B [3] C",
        ])
    func layouts(layout: String) {
        let remedies = [
            "Do not open valve V2", "If lamp H1 is red, set P1.05 to 12.5 MPa", "Tighten screw S3 to 25 Nm within 10 s",
        ]
        let text = layout.map { character in
            switch character {
            case "A": remedies[0]
            case "B": remedies[1]
            case "C": remedies[2]
            default: String(character)
            }
        }.joined()
        let offered = Samples.offered(
            Samples.passage(
                Samples.englishManual, code: "X1", heading: [], title: nil, text: "Remedy: " + text, remedies: []))[0]
        for remedy in remedies { #expect(isSupported(remedy, offered), "\(text): \(remedy)") }
        #expect(!isSupported("Tighten screw S3 to 12.5 Nm within 10 s", offered))
        #expect(!isSupported("Open valve V2", offered))
        #expect(!isSupported("Tighten screw V2 to 25 Nm within 10 s", offered))
    }

    @Test("no random edit of a number in a verbatim step survives")
    func randomEdits() {
        let seed = testSeed("stepChecks")
        var random = SeededGenerator(seed: seed)
        var edits = 0
        for _ in 0..<2_000 {
            guard let passage = [Samples.pressure, Samples.overcurrent, Samples.heater].randomElement(using: &random),
                let remedy = passage.remedies.randomElement(using: &random)
            else { continue }
            var characters = Array(remedy)
            let digits = characters.indices.filter { characters[$0].isASCII && characters[$0].isNumber }
            guard let index = digits.randomElement(using: &random) else { continue }
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let other = "0123456789".filter { $0 != characters[index] }.randomElement(using: &random)
                characters[index] = other ?? "x"
            case 1: characters.insert("7", at: index)
            default: characters.remove(at: index)
            }
            let step = String(characters)
            guard !passage.text.contains(step) else { continue }
            edits += 1
            #expect(!isSupported(step, Samples.offered(passage)[0]), "seed \(seed): \(step)")
        }
        #expect(edits > 500)
    }
}
