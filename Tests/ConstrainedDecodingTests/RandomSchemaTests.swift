import TestSupport
import Testing

@testable import ConstrainedDecoding

@Suite("random schemas")
struct RandomSchemaTests {
    @Test("whatever a schema combines, it is refused with its place or every document fits it")
    func randomSchemas() throws {
        let vocabulary = try TestVocabulary(crossingTexts)
        let seed = testSeed("random schemas")
        var random = SeededGenerator(seed: seed)
        var accepted = 0
        for number in 0..<150 {
            var source = SchemaSource(random: SeededGenerator(seed: random.next()))
            let text = source.document()
            let shown = "schema \(number) of seed \(seed): \(text)"
            let grammar: Grammar
            do {
                grammar = try Grammar(schema: JSONSchema(parsing: text))
            } catch {
                #expect(error.path.hasPrefix("#") && !error.detail.isEmpty, "\(shown)")
                #expect([.unsupported, .unsatisfiable, .invalid, .tooLarge].contains(error.code), "\(error), \(shown)")
                continue
            }
            accepted += 1
            let validator = try PlainValidator(schema: text)
            for _ in 0..<3 {
                var constraint = try TokenConstraint(grammar: grammar, tokens: vocabulary.table)
                var document: [UInt8] = []
                for _ in 0..<Int.random(in: 0...25, using: &random) {
                    let mask = allowed(constraint)
                    #expect(!mask.isEmpty, "a dead end after \(String(decoding: document, as: UTF8.self)), \(shown)")
                    guard let token = mask.sorted().randomElement(using: &random), token != vocabulary.end else {
                        break
                    }
                    try constraint.advance(token)
                    document += vocabulary.bytes[Int(token)]
                }
                document += constraint.closingBytes()
                let problem = validator.problem(document)
                #expect(problem == nil, "\(problem ?? "") in \(String(decoding: document, as: UTF8.self)), \(shown)")
            }
        }
        #expect(accepted > 40)
    }
}

/// Writes schemas at random, also such as no document fits.
private struct SchemaSource {
    var random: SeededGenerator

    mutating func document() -> String {
        let definitions = (0..<2).map { "\"d\($0)\":\(schema(depth: 2))" }.joined(separator: ",")
        return "{\(["\"$defs\":{\(definitions)}", keywords(depth: 3)].filter { !$0.isEmpty }.joined(separator: ","))}"
    }

    private mutating func schema(depth: Int) -> String {
        switch number(0...19) {
        case 0: return "true"
        case 1: return "false"
        default: return "{\(keywords(depth: depth))}"
        }
    }

    private mutating func keywords(depth: Int) -> String {
        var keywords: [String] = []
        let kinds = (0..<number(1...2)).map { _ in number(0...(depth > 0 ? 9 : 5)) }
        for kind in Set(kinds).sorted() {
            switch kind {
            case 0: keywords += ["\"type\":\"integer\""] + bounds("minimum", "maximum", -20...20)
            case 1: keywords += ["\"enum\":[\((0..<number(1...4)).map { _ in value() }.joined(separator: ","))]"]
            case 2: keywords += ["\"type\":\"string\""] + bounds("minLength", "maxLength", 0...6) + pattern()
            case 3:
                keywords.append("\"type\":[\"null\",\"\(pick(["boolean", "string", "number", "object", "array"]))\"]")
            case 4: keywords += ["\"type\":\"number\""] + bounds("exclusiveMinimum", "maximum", -3...3)
            case 5:
                keywords.append(number(0...1) == 0 ? "\"$ref\":\"#/$defs/d\(number(0...1))\"" : "\"const\":\(value())")
            case 6, 7: keywords += object(depth)
            case 8: keywords += array(depth)
            default:
                let list = (0..<number(1...3)).map { _ in schema(depth: depth - 1) }.joined(separator: ",")
                keywords.append("\"\(pick(["anyOf", "oneOf", "allOf", "anyOf"]))\":[\(list)]")
            }
        }
        // The last of two equal keywords would be a key twice.
        var seen: Set<Substring> = []
        return keywords.filter { seen.insert($0.prefix { $0 != ":" }).inserted }.joined(separator: ",")
    }

    private mutating func object(_ depth: Int) -> [String] {
        let keys = ["a", "ab", "b", "k"].filter { _ in number(0...2) > 0 }
        var keywords = [
            "\"type\":\"object\"",
            "\"properties\":{\(keys.map { "\"\($0)\":\(schema(depth: depth - 1))" }.joined(separator: ","))}",
            "\"required\":[\(["a", "b", "z"].filter { _ in number(0...3) == 0 }.map { "\"\($0)\"" }.joined(separator: ","))]",
        ]
        if number(0...2) == 0 { keywords.append("\"additionalProperties\":\(schema(depth: depth - 1))") }
        if number(0...3) == 0 { keywords += bounds("minProperties", "maxProperties", 0...4) }
        return keywords
    }

    private mutating func array(_ depth: Int) -> [String] {
        var keywords = ["\"type\":\"array\""] + bounds("minItems", "maxItems", 0...3)
        if number(0...1) == 0 { keywords.append("\"items\":\(schema(depth: depth - 1))") }
        if number(0...2) == 0 {
            keywords.append(
                "\"prefixItems\":[\((0..<number(1...2)).map { _ in schema(depth: depth - 1) }.joined(separator: ","))]")
        }
        return keywords
    }

    private mutating func bounds(_ lower: String, _ upper: String, _ range: ClosedRange<Int>) -> [String] {
        let (low, high) = (number(range), number(range))
        switch number(0...3) {
        case 0: return ["\"\(lower)\":\(low)"]
        case 1: return ["\"\(upper)\":\(high)"]
        case 2: return ["\"\(lower)\":\(min(low, high))", "\"\(upper)\":\(max(low, high) + 1)"]
        default: return []
        }
    }

    private mutating func pattern() -> [String] {
        switch number(0...4) {
        case 0: ["\"pattern\":\"\(pick(["^a", "b$", "^[ab]*$", "p1", "^.{2,4}$", "^(ab|檢)+$"]))\""]
        case 1: ["\"format\":\"\(pick(["date", "time", "uuid", "date-time"]))\""]
        default: []
        }
    }

    private mutating func value() -> String {
        pick([
            "null", "true", "false", "1", "1.0", "-2.5", "\"a\"", "\"ab\"", "\"2024-02-29\"", "[]", "[1]", "{}",
            "{\"a\":1}", "{\"b\":null,\"a\":\"p1\"}",
        ])
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &random) }
    private mutating func pick(_ choices: [String]) -> String { choices[number(0...choices.count - 1)] }
}
