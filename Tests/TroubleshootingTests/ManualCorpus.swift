import Domain
import Foundation
import Manuals

@testable import Troubleshooting

/// Every passage with remedies of the manuals that ship with the demonstration, as the importer reads them.
enum ManualCorpus {
    static let passages = Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "andon-corpus-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let library = try Library.open(folder, settings: RetrievalSettings())
        _ = try library.importManuals([manuals])
        return try library.manuals().flatMap { try library.passages(ofFile: $0.file) }.filter { !$0.remedies.isEmpty }
    }

    private static let manuals = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "packaging/demo/manuals")

    /// What manuals say that the demonstration's do not.
    static let hard = [
        Samples.passage(
            Samples.englishManual, code: "H1", heading: [], title: nil, text: "",
            remedies: [
                "Do not open guard G2 until the ram has stopped and lamp H1 is off.",
                "Move jumper J5 slowly from pin 3 to pin 7, then back to pin 3.",
                "Turn both screws S1 and S2 clockwise by half a turn each, at least twice.",
                "If neither lamp H1 nor lamp H2 is lit, wait twenty-five minutes before you touch bar B1.",
                "Tighten all four bolts to 25 ft-lb, at most 30 ft-lb; never use a hammer.",
                "Measure ≤ 5 mΩ between PE and the frame, and ≥ 2 MΩ between U and PE.",
                "Set N14 to 0.05 mm ± 0.01 mm only when the pressure falls below 12.5 MPa.",
                "Cut hose H4 at 5\" from the second clamp and open the top cover while Q1 is on.",
                "Loosen bolt ③ or remove cover ④ unless P1 ≠ P2.", "Cool to -10 °C within 1,500 s.",
            ], escalation: "If the fault returns, call service."),
        Samples.passage(
            Samples.chineseManual, code: "H2", heading: [], title: nil, text: "",
            remedies: [
                "滑塊停止且燈 H1 熄滅之前，不可打開護罩 G2。", "將跳線 J5 從接腳 3 緩慢移到接腳 7，然後關閉上蓋。",
                "若兩個燈都不亮，等候二十五分鐘後才可觸摸銅排。", "把全部四支螺絲各轉半圈，至少兩次，或每支鎖緊至 25 Nm。", "測量 PE 與 U 間的電阻，須大於 2 MΩ 且小於 5 mΩ。",
                "當壓力下降至 12.5 MPa 時，開啟左側的閥 V1，並關閉右側的閥 V2。", "除非已切斷電源，禁止拆卸 F1 及 F2。", "溫度高於 −10 ℃ 時每 3 天檢查一次。",
            ], escalation: "若仍發生，請聯絡維修人員。"),
    ]

    static func all() throws -> [Passage] { try passages.get() + hard }
}
