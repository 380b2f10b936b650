import ConstrainedDecoding
import GGUF
import TestSupport
import Testing

@testable import Inference

@Suite("drafted tokens")
struct SpeculationTests {
    /// Token i < 256 is byte i; the others are pieces, some of which cross the grammar's borders.
    private static let pieces = ["{\"", "steps", "\":[", "action\":\"", "\"}", "]}", "p1", "p2\"]", "。", "油位"]
    private static let bytes: [[UInt8]] = (0..<SyntheticModel.vocabulary).map { id in
        id < 256 ? [UInt8(id)] : id - 256 < pieces.count ? Array(pieces[id - 256].utf8) : []
    }

    /// Cuts text into the longest pieces.
    private static let speculation = Speculation(bytes: { bytes[Int($0)] }) { text in
        var ids: [Int32] = []
        var rest = text[...]
        while let first = rest.first {
            let piece = pieces.enumerated().filter { rest.starts(with: $0.element.utf8) }
                .max { $0.element.utf8.count < $1.element.utf8.count }
            ids.append(piece.map { Int32(256 + $0.offset) } ?? Int32(first))
            rest = rest.dropFirst(piece?.element.utf8.count ?? 1)
        }
        return ids
    }

    private static let schema = """
        {"type":"object","properties":{"steps":{"type":"array","minItems":2,"maxItems":2,"items":{"type":"object",
        "properties":{"action":{"type":"string","minLength":1,"maxLength":6},
        "cite":{"type":"array","minItems":1,"maxItems":1,"items":{"enum":["p1","p2"]}}},
        "required":["action","cite"]}},"escalation":{"type":"string","maxLength":4}},"required":["steps","escalation"]}
        """

    @Test("change no token, greedy or drawn, of one text or of sixteen, and take fewer passes")
    func sameText() throws {
        let file = try SyntheticModel.make(.q8_0)
        let requests = TextBatchTests.mixed(seed: 11).map { request in
            var longer = request
            longer.maxTokens = 60
            return longer
        }
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device, options: .init(cacheLength: 2048))
            let expected = try requests.map { try model.generate($0) }
            var speculating = requests
            for index in speculating.indices { speculating[index].speculation = Self.speculation }
            let alone = try speculating.map { try model.generate($0) }
            #expect(alone.map(\.tokens) == expected.map(\.tokens))
            #expect(alone.map(\.stopReason) == expected.map(\.stopReason))
            let passes = alone.map(\.timings.decodePasses).reduce(0, +)
            #expect(passes < expected.map(\.timings.decodePasses).reduce(0, +), "a model that repeats itself is copied")
            for (looksUp, extent) in [(false, Speculation.Extent.all), (true, .all)] {
                var request = speculating[0]
                request.speculation?.looksUp = looksUp
                request.speculation?.extent = extent
                #expect(try model.generate(request).tokens == expected[0].tokens)
            }
            let batch = TextBatch(model: model)
            let outcomes = speculating.enumerated().map { TextBatchTests.add($1, to: batch, id: UInt64($0)) }
            try TextBatchTests.finish(batch)
            #expect(try outcomes.map { try #require(try $0.result?.get()).tokens } == expected.map(\.tokens))
            #expect(batch.statistics.usedBlocks == 0)
        }
    }

    @Test("follow the grammar where it leaves no choice, and the text is the same", arguments: [0, 1.2])
    func forcedText(temperature: Double) throws {
        let table = try TokenTable(tokenBytes: Self.bytes, endOfGeneration: [330])
        let constraint = try TokenConstraint(grammar: Grammar(schema: JSONSchema(parsing: Self.schema)), tokens: table)
        let file = try SyntheticModel.make(.q8_0)
        try withValidatedDevice { device in
            let model = try LanguageModel(file: file.gguf, device: device)
            for seed in 0..<3 as Range<UInt64> {
                var request = GenerationRequest(
                    prompt: [1, 2, Int32(seed)], maxTokens: 220, temperature: Float(temperature), seed: seed,
                    constraint: constraint, endOfGeneration: [330])
                let plain = try model.generate(request)
                request.speculation = Self.speculation
                let drafted = try model.generate(request)
                #expect(drafted.tokens == plain.tokens)
                #expect(drafted.stopReason == plain.stopReason)
                #expect(drafted.timings.decodePasses < plain.timings.decodePasses)
                #expect(plain.timings.forced == DraftedTokens())
                #expect((1...drafted.timings.forced.checked).contains(drafted.timings.forced.right))
            }
        }
    }

    @Test("of a prompt are what followed the same tokens, and a copy goes on where it was")
    func lookup() {
        var lookup = PromptLookup([1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3])
        #expect(Array(lookup.continuation(limit: 3)) == [4, 5, 6])
        lookup.append(4)
        #expect(Array(lookup.continuation(limit: 2)) == [5, 6])
        lookup.append(100)
        #expect(lookup.continuation(limit: 2).isEmpty, "never seen before")
        var copying = PromptLookup([1, 2, 3, 4, 5, 6, 7, 8, 50, 2, 3, 4, 5, 6, 7])
        copying.append(60)
        #expect(Array(copying.resumption(limit: 2)) == [8, 50], "behind the end of a longer copy")
        #expect(PromptLookup([]).continuation(limit: 4).isEmpty)
        #expect(PromptLookup([1]).continuation(limit: 4).isEmpty)
    }

    @Test("are checked as far as they pay")
    func budget() {
        var budget = DraftBudget(maximumColumns: 32)
        let sure = [Double](repeating: 0.99, count: 15)
        let doubtful = [0.1, 0.01, 0.001]
        #expect(budget.shares([sure], columns: 1)[0] > 3, "before anything is measured a column costs little")
        #expect(budget.shares([doubtful, sure], columns: 2)[0] == 0)
        budget.measured(columns: 1, milliseconds: 10)
        budget.measured(columns: 16, milliseconds: 5000)
        #expect(budget.shares([sure], columns: 1)[0] > 3, "the first run of a kernel compiles it")
        for _ in 0..<50 {
            budget.measured(columns: 1, milliseconds: 10)
            for bucket in 1...5 { budget.measured(columns: 1 << bucket, milliseconds: 20 * Double(1 << bucket)) }
        }
        #expect(budget.shares([sure], columns: 1) == [0], "where a column costs more than a step, none pays")
        for _ in 0..<50 {
            for bucket in 0...5 { budget.measured(columns: 1 << bucket, milliseconds: 10) }
        }
        #expect(budget.shares([sure, sure], columns: 2) == [15, 15], "free ones are all taken")
        #expect(budget.shares([], columns: 0) == [])
        #expect(budget.shares([doubtful, sure], columns: 2, extent: .all) == [3, 15])
        #expect(budget.shares([sure], columns: 30, extent: .all) == [2], "a step has so many columns")
    }

    @Test("end before a token that ends or completes the text, and at one that the grammar refuses")
    func cutDrafts() {
        var draft = Draft()
        let constraint = TextBatchTests.Residues(next: 2, left: 3)
        let takesAll = draft.append(
            [2, 5, 1, 4], confidence: 0.9, areForced: false, endOfGeneration: [], constraint: constraint)
        #expect(!takesAll)
        #expect(draft.tokens == [2, 5], "the third would complete it")
        #expect(draft.constraints.count == 2)
        var plain = Draft()
        let takesEnd = plain.append(
            [7, 330, 8], confidence: 0.5, areForced: false, endOfGeneration: [330], constraint: nil)
        #expect(!takesEnd)
        #expect(plain.tokens == [7])
        #expect(plain.gains == [0.5])
    }
}
