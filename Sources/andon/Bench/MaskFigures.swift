import ConstrainedDecoding

/// How long masks take along random documents of the sample schemas.
struct MaskFigures: Encodable {
    private let schemas: [Schema]
    private let all: Times

    private struct Schema: Encodable {
        let name: String
        /// From the schema's text to its grammar.
        let compileMs: Double
        /// What the vocabulary can do inside the grammar's texts, as far as it was not known yet.
        let prepareMs: Double
        let masks: Times

        enum CodingKeys: String, CodingKey {
            case name, masks
            case compileMs = "compile_ms"
            case prepareMs = "prepare_ms"
        }
    }

    private struct Times: Encodable {
        let count: Int
        let median: Double
        let average: Double
        let p99: Double
        let maximum: Double

        enum CodingKeys: String, CodingKey {
            case count
            case median = "median_us"
            case average = "average_us"
            case p99 = "p99_us"
            case maximum = "maximum_us"
        }

        init(_ timings: MaskTimings) {
            count = timings.count
            median = timings.medianUs
            average = timings.averageUs
            p99 = timings.p99Us
            maximum = timings.maximumUs
        }
    }

    private enum CodingKeys: String, CodingKey {
        case schemas, all
    }

    /// Tokens after which a document is left as it is.
    private static let tokensLimit = 200

    init(tokens: TokenTable, documents: Int, seed: UInt64) throws {
        var schemas: [Schema] = []
        var timesUs: [Double] = []
        for sample in SampleSchema.all {
            let (compileMs, grammar) = try milliseconds { try Grammar(schema: JSONSchema(parsing: sample.text)) }
            let constraint = try TokenConstraint(grammar: grammar, tokens: tokens)
            let (prepareMs, _) = milliseconds { constraint.prepare() }
            var random = RepeatableGenerator(state: seed)
            let own = try MaskTimings.timesUs(
                drawing: documents, from: constraint, maximumTokens: Self.tokensLimit, using: &random)
            timesUs += own
            schemas.append(
                Schema(
                    name: sample.name, compileMs: compileMs, prepareMs: prepareMs,
                    masks: Times(MaskTimings(timesUs: own))))
        }
        self.schemas = schemas
        all = Times(MaskTimings(timesUs: timesUs))
    }

    /// For people.
    var lines: [String] {
        let width = schemas.map(\.name.count).max() ?? 0
        func line(_ name: String, _ compile: String, _ prepare: String, _ times: Times) -> String {
            let columns =
                [compile, prepare, "\(times.count)"] + [times.median, times.average, times.p99].map(Self.text)
            return name + String(repeating: " ", count: width - name.count) + columns.map(Self.padded).joined()
        }
        let compile = Spread(schemas.map(\.compileMs)).median
        return ["masks" + String(repeating: " ", count: max(0, width - 5)) + Self.headings.map(Self.padded).joined()]
            + schemas.map { line($0.name, Self.text($0.compileMs), Self.text($0.prepareMs), $0.masks) }
            + [line("all", Self.text(compile), "", all)]
    }

    private static let headings = ["compile ms", "prepare ms", "masks", "median us", "mean us", "p99 us"]

    private static func padded(_ text: String) -> String {
        String(repeating: " ", count: max(1, 12 - text.count)) + text
    }

    private static func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}

/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
private struct RepeatableGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
