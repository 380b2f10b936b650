import Domain
import Foundation

/// Writes manuals of any size from a seed, for measuring a library far larger than the samples.
public struct SyntheticManuals: Sendable {
    /// Passages in one manual; a machine model has one manual.
    public static let rowsPerManual = 1_000

    private static let partsEN = [
        "pump", "spindle", "belt", "fan", "valve", "encoder", "motor", "filter", "brake", "sensor",
    ]
    private static let partsZH = ["泵浦", "主軸", "皮帶", "風扇", "電磁閥", "編碼器", "馬達", "濾網", "煞車", "感測器"]
    private static let faultsEN = ["overload", "too hot", "signal lost", "pressure low", "does not move", "worn out"]
    private static let faultsZH = ["過載", "溫度過高", "訊號中斷", "壓力過低", "卡住", "磨損"]

    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    /// Writes CSV manuals, half English, half Chinese. - Returns: their files.
    ///
    /// - Parameter passages: rounded up to whole manuals.
    public mutating func write(passages: Int, to folder: URL) throws -> [URL] {
        let manuals = (passages + Self.rowsPerManual - 1) / Self.rowsPerManual
        return try (0..<manuals).map { number in
            let file = folder.appending(path: "synthetic-\(number).csv")
            try Data((number.isMultiple(of: 2) ? english(number) : chinese(number)).utf8).write(to: file)
            return file
        }
    }

    private mutating func english(_ manual: Int) -> String {
        var lines = ["# title: Synthetic \(manual)", "# machine_model: synthetic-\(manual)", "# language: en"]
        lines.append("Code,Fault,Cause,Remedy,Page")
        for row in 0..<Self.rowsPerManual {
            let (part, other, fault) = (pick(Self.partsEN), pick(Self.partsEN), pick(Self.faultsEN))
            lines.append(
                "\(code(manual, row)),\(part) \(number(99)) \(fault),The \(other) at X\(number(40)) is dirty,"
                    + "Check the \(part) at X\(number(40)); Set the \(other) to \(number(90)).\(number(9)) bar; "
                    + "Replace the \(part) \(number(900)) if it is damaged,\(row / 8 + 1)")
        }
        return lines.joined(separator: "\n")
    }

    private mutating func chinese(_ manual: Int) -> String {
        var lines = ["# title: 合成手冊 \(manual)", "# machine_model: synthetic-\(manual)", "# language: zh-TW"]
        lines.append("代碼,異常名稱,原因,處置,頁")
        for row in 0..<Self.rowsPerManual {
            let (part, other, fault) = (pick(Self.partsZH), pick(Self.partsZH), pick(Self.faultsZH))
            lines.append(
                "\(code(manual, row)),\(part)\(number(99))號\(fault),端子 X\(number(40)) 的\(other)髒污,"
                    + "檢查端子 X\(number(40)) 的\(part)；將\(other)調整至 \(number(90)).\(number(9)) MPa；損壞時更換\(part) \(number(900)),"
                    + "\(row / 8 + 1)")
        }
        return lines.joined(separator: "\n")
    }

    /// Unique over all manuals.
    private func code(_ manual: Int, _ row: Int) -> String { "E\(10_000 + manual * Self.rowsPerManual + row)" }

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
