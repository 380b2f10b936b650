/// Text like that of repair manuals, line by line English and Chinese, of any length, from a seed.
struct SyntheticText {
    private static let verbs = [
        "Check", "Replace", "Clean", "Tighten", "Measure", "Inspect", "Adjust", "Disconnect", "Remove", "Lubricate",
        "Calibrate", "Reset",
    ]
    private static let kinds = [
        "main", "auxiliary", "hydraulic", "pneumatic", "upper", "lower", "front", "rear", "cooling", "inlet", "outlet",
        "emergency", "rotary", "linear", "servo", "proportional",
    ]
    private static let parts = [
        "pump", "spindle", "drive belt", "fan", "relief valve", "encoder", "motor", "filter element", "brake", "sensor",
        "contactor", "bearing", "gearbox", "cylinder", "power supply", "terminal block", "limit switch", "coupling",
        "heater band", "control board", "pressure gauge", "ball screw", "guide rail", "accumulator",
    ]
    private static let causes = [
        "the indicator is red", "its temperature stays too high", "the voltage drops below the limit",
        "the signal is lost", "oil leaks at the joint", "the fault returns after a restart", "it vibrates or is worn",
        "the operator can't turn it by hand",
    ]
    private static let verbsZH = [
        "檢查", "更換", "清潔", "鎖緊", "測量", "調整", "拆下", "潤滑", "校正", "重設", "確認", "關閉",
    ]
    private static let kindsZH = [
        "主", "輔助", "液壓", "氣壓", "上部", "下部", "前側", "後側", "冷卻", "入口", "出口", "緊急", "旋轉", "線性", "伺服", "比例",
    ]
    private static let partsZH = [
        "泵浦", "主軸", "傳動皮帶", "風扇", "溢流閥", "編碼器", "馬達", "濾芯", "煞車", "感測器", "接觸器", "軸承", "減速機", "氣缸", "電源供應器",
        "端子台", "極限開關", "聯軸器", "加熱圈", "控制板", "壓力錶", "滾珠螺桿", "線軌", "蓄壓器",
    ]
    private static let causesZH = [
        "指示燈為紅色", "溫度持續過高", "電壓低於下限", "訊號中斷", "接頭漏油", "重新啟動後故障再次發生", "出現振動或磨損", "無法用手轉動",
    ]
    private static let units = ["MPa", "V", "mm", "°C", "kΩ", "min", "rpm", "N·m"]

    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// - Returns: whole lines of at least that many bytes together.
    mutating func lines(bytes: Int) -> String {
        var text = ""
        while text.utf8.count < bytes {
            text += english()
            text += chinese()
        }
        return text
    }

    private mutating func english() -> String {
        "E\(number(9000)) \(pick(Self.verbs)) the \(pick(Self.kinds)) \(pick(Self.parts)) at X\(number(64)); set the "
            + "\(pick(Self.parts)) to \(number(90)).\(number(9)) \(pick(Self.units)). If \(pick(Self.causes)), "
            + "replace the \(pick(Self.kinds)) \(pick(Self.parts)) (HF-\(number(900))).\n"
    }

    private mutating func chinese() -> String {
        "E\(number(9000)) \(pick(Self.verbsZH))\(pick(Self.kindsZH))\(pick(Self.partsZH))（端子 X\(number(64))），將"
            + "\(pick(Self.kindsZH))\(pick(Self.partsZH))設定為 \(number(90)).\(number(9)) \(pick(Self.units))；"
            + "若\(pick(Self.kindsZH))\(pick(Self.partsZH))\(pick(Self.causesZH))，"
            + "更換\(pick(Self.partsZH)) HF-\(number(900))。\n"
    }

    private mutating func pick(_ words: [String]) -> String { words[number(words.count)] }

    /// SplitMix64 (Steele, Lea, Flood 2014), below `bound`.
    private mutating func number(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}
