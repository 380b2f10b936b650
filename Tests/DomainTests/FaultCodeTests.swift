import Domain
import Testing

@Suite("Fault codes")
struct FaultCodeTests {
    @Test("spellings of one code have one normal form", arguments: ["F-0004", "f0004", "Ｆ０００４", " F 0004 ", "f.0004"])
    func spellings(written: String) {
        #expect(FaultCode(written) == FaultCode("F0004"))
    }

    @Test("leading zeros distinguish codes")
    func leadingZeros() {
        #expect(FaultCode("F4") != FaultCode("F004"))
    }

    @Test("a code of separators alone is no code", arguments: ["", " ", "-", "--..", "　"])
    func noCode(written: String) {
        #expect(FaultCode(written) == nil)
    }

    @Test("Chinese letters are kept")
    func chinese() throws {
        #expect(try #require(FaultCode("警報-12")).normalized == "警報12")
    }
}
