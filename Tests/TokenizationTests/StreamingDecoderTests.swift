import TestSupport
import Testing

@testable import Tokenization

@Suite("streaming decoder")
struct StreamingDecoderTests {
    private func joined(_ pieces: [ArraySlice<UInt8>]) -> String {
        var decoder = StreamingDecoder()
        return pieces.map { decoder.append($0) }.joined() + decoder.finish()
    }

    @Test("a character comes out when its last byte has come, and not before")
    func wholeCharacters() {
        var decoder = StreamingDecoder()
        let bytes = Array("油😀".utf8)
        #expect(bytes.map { decoder.append([$0]) } == ["", "", "油", "", "", "", "😀"])
        #expect(decoder.finish().isEmpty)
    }

    @Test("every split of a text gives the text")
    func everySplit() {
        let bytes = Array("aé油😀\u{7FF}\u{800}\u{FFFF}\u{10000}z".utf8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                #expect(
                    joined([bytes[..<first], bytes[first..<second], bytes[second...]])
                        == String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    @Test("bytes that are no UTF-8 come out as in one decoding, however they are split")
    func invalidBytes() {
        let seed = testSeed("streaming decoder")
        var generator = SeededGenerator(seed: seed)
        let leads: [UInt8] = [0x41, 0x80, 0xBF, 0xC0, 0xC3, 0xE0, 0xE6, 0xED, 0xF0, 0xF4, 0xF5, 0xFF, 0x9F, 0xA0]
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                leads.randomElement(using: &generator) ?? 0
            }
            #expect(
                joined(bytes.indices.map { bytes[$0...$0] }) == String(decoding: bytes, as: UTF8.self), "seed \(seed)")
        }
    }

    @Test("a text that ends inside a character ends in a replacement character")
    func unfinished() {
        var decoder = StreamingDecoder()
        #expect(decoder.append([0x41, 0xE6, 0xB2]) == "A")
        #expect(decoder.finish() == "\u{FFFD}")
        #expect(decoder.finish().isEmpty)
    }
}
