import Testing

@testable import ConstrainedDecoding

@Suite("streaming JSON elements")
struct StreamingJSONElementsTests {
    static let text = """
        {"other":{"steps":[1]},"steps":[ {"action":"a ]}\\" 檢","cite":["p1","p2"]}, {"n":[[],{}]},[3],-4.5e1 ,"x",null],"end":""}
        """
    static let elements = [
        #"{"action":"a ]}\" 檢","cite":["p1","p2"]}"#, #"{"n":[[],{}]}"#, "[3]", "-4.5e1", #""x""#, "null",
    ]

    @Test("each element is handed out with the byte that closes it")
    func byteByByte() throws {
        var reader = try StreamingJSONElements(path: "steps[*]")
        var seen: [UInt8] = []
        var found: [String] = []
        for byte in Self.text.utf8 {
            seen.append(byte)
            guard let element = try reader.consume(byte) else { continue }
            found.append(String(decoding: element, as: UTF8.self))
            // Only a number needs the byte after it.
            let isNumber = element.first == UInt8(ascii: "-")
            #expect((isNumber ? seen.dropLast() : seen[...]).suffix(element.count).elementsEqual(element))
        }
        #expect(try reader.finish() == nil)
        #expect(found == Self.elements)
        #expect(reader.isComplete)
    }

    @Test("every split of the text gives the same elements")
    func everySplit() throws {
        let bytes = Array(Self.text.utf8)
        for split in 0...bytes.count {
            var reader = try StreamingJSONElements(path: "steps[*]")
            var found: [String] = []
            try reader.consume(bytes[..<split]) { found.append(String(decoding: $0, as: UTF8.self)) }
            try reader.consume(bytes[split...]) { found.append(String(decoding: $0, as: UTF8.self)) }
            _ = try reader.finish()
            #expect(found == Self.elements, "split at \(split)")
        }
    }

    @Test("a text cut off anywhere gives the elements closed before, and the end is an error")
    func everyCut() throws {
        let bytes = Array(Self.text.utf8)
        for cut in 0..<bytes.count {
            var reader = try StreamingJSONElements(path: "steps[*]")
            var found: [String] = []
            try reader.consume(bytes[..<cut]) { found.append(String(decoding: $0, as: UTF8.self)) }
            #expect(Self.elements.starts(with: found))
            #expect(throws: JSONReadError.self) { try reader.finish() }
        }
    }

    @Test(
        "a path selects by key and index",
        arguments: [
            ("", ["{\"a\":[[1,2],[3]],\"b.\":{\"a\":7}}"]), ("a", ["[[1,2],[3]]"]), ("a[*]", ["[1,2]", "[3]"]),
            ("a[*][*]", ["1", "2", "3"]), ("a[0][1]", ["2"]), ("a[1]", ["[3]"]), ("a[2]", []), ("c", []), ("[0]", []),
            ("a.a", []),
        ])
    func paths(path: String, expected: [String]) throws {
        var reader = try StreamingJSONElements(path: path)
        var found: [String] = []
        try reader.consume("{\"a\":[[1,2],[3]],\"b.\":{\"a\":7}}".utf8) {
            found.append(String(decoding: $0, as: UTF8.self))
        }
        _ = try reader.finish()
        #expect(found == expected)
    }

    @Test("a number that is the whole text ends with the text")
    func wholeNumber() throws {
        var reader = try StreamingJSONElements(path: "")
        #expect(try reader.consume(UInt8(ascii: "7")) == nil)
        #expect(try reader.finish() == [UInt8(ascii: "7")])
    }

    @Test("keys are compared as text, whatever escapes they were written with")
    func escapedKeys() throws {
        var reader = try StreamingJSONElements(path: "steps[*]")
        var found = 0
        try reader.consume(#"{"st\u0065ps":[1,2]}"#.utf8) { _ in found += 1 }
        #expect(found == 2)
    }

    @Test("elements before a fault in the same piece are still handed out")
    func faultAfterElement() throws {
        var reader = try StreamingJSONElements(path: "[*]")
        var found = 0
        #expect(throws: JSONReadError.self) { try reader.consume("[{},[],x".utf8) { _ in found += 1 } }
        #expect(found == 2)
    }

    @Test(
        "a path that is not written as expected is refused",
        arguments: ["a[", "a[x]", "a[-1]", ".a", "a..b", "a.", "a[0]b"])
    func badPaths(path: String) {
        let error = #expect(throws: JSONReadError.self) { try StreamingJSONElements(path: path) }
        #expect(error?.code == .badPath)
    }
}
