import Terminal
import Testing

@Suite("tables")
struct TextTableTests {
    @Test("words line up on the left, numbers on the right, wide characters count as two")
    func alignment() {
        var table = TextTable(header: ["kernel", "us", "of copy"])
        table.add(["檢查", "7", "100 %"])
        table.add(["attention", "1250", ""])
        table.add(["rest"])
        #expect(
            table.lines == [
                "kernel       us  of copy",
                "檢查          7    100 %",
                "attention  1250",
                "rest",
            ])
    }
}
