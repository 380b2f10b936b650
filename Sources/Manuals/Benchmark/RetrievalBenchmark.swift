import Domain

/// How long a library takes to answer, in milliseconds; figures to read, never to pass or fail on.
public struct RetrievalFigures: Codable, Sendable, Hashable {
    public struct Series: Codable, Sendable, Hashable {
        public let questions: Int
        public let medianMs: Double
        public let p95Ms: Double
        public let p99Ms: Double
        public let worstMs: Double
        /// Questions whose passage came first; each is taken from a passage of the library.
        public let first: Int
        /// … or among the first five.
        public let firstFive: Int

        enum CodingKeys: String, CodingKey {
            case questions
            case medianMs = "median_ms"
            case p95Ms = "p95_ms"
            case p99Ms = "p99_ms"
            case worstMs = "worst_ms"
            case first
            case firstFive = "first_five"
        }
    }

    public let passages: Int
    public let codeWithModel: Series
    public let codeAlone: Series
    public let absentCode: Series
    public let textWithModel: Series
    public let textAlone: Series

    enum CodingKeys: String, CodingKey {
        case passages
        case codeWithModel = "code_with_model"
        case codeAlone = "code_alone"
        case absentCode = "absent_code"
        case textWithModel = "text_with_model"
        case textAlone = "text_alone"
    }
}

extension Library {
    /// Asks for codes and fault names of the library's own passages, spread evenly over it.
    public func measureRetrieval(questions: Int = 200) throws -> RetrievalFigures {
        let manuals = try manuals()
        let total = manuals.reduce(0) { $0 + $1.passages }
        let asked = try snapshot?.sample(questions) ?? []
        func series(_ make: (Passage) -> Question) throws -> RetrievalFigures.Series {
            try measure(asked.map { (make($0), $0) })
        }
        func ask(_ passage: Passage, code: FaultCode?, text: String?, scoped: Bool) -> Question {
            Question(
                code: code, text: text, machine: nil, machineModel: scoped ? passage.manual.machineModel : nil,
                language: passage.manual.language)
        }
        return RetrievalFigures(
            passages: total,
            codeWithModel: try series { ask($0, code: $0.codes.first, text: nil, scoped: true) },
            codeAlone: try series { ask($0, code: $0.codes.first, text: nil, scoped: false) },
            absentCode: try series {
                ask($0, code: $0.codes.first.flatMap { FaultCode($0.written + "QZ") }, text: nil, scoped: false)
            },
            textWithModel: try series { ask($0, code: nil, text: $0.title, scoped: true) },
            textAlone: try series { ask($0, code: nil, text: $0.title, scoped: false) })
    }

    private func measure(_ questions: [(question: Question, passage: Passage)]) throws -> RetrievalFigures.Series {
        let clock = ContinuousClock()
        var times: [Double] = []
        var first = 0
        var firstFive = 0
        for (question, passage) in questions {
            var retrieval = Retrieval.nothing(suggestions: [])
            times.append(try clock.measure { retrieval = try retrieve(question) } / .milliseconds(1))
            guard case .found(let found) = retrieval else { continue }
            if found.first?.passage.id == passage.id { first += 1 }
            if found.prefix(5).contains(where: { $0.passage.id == passage.id }) { firstFive += 1 }
        }
        let spread = TimeSpread(times)
        return RetrievalFigures.Series(
            questions: times.count, medianMs: spread.quantile(0.5), p95Ms: spread.quantile(0.95),
            p99Ms: spread.quantile(0.99), worstMs: spread.quantile(1), first: first, firstFive: firstFive)
    }
}

/// Repeated measurements in milliseconds, in order.
struct TimeSpread {
    private let sorted: [Double]

    init(_ milliseconds: [Double]) { sorted = milliseconds.sorted() }

    /// - Parameter fraction: 0…1. - Returns: 0 without measurements.
    func quantile(_ fraction: Double) -> Double {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * fraction))]
    }
}
