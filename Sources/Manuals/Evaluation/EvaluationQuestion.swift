import Domain
import Foundation

/// A line of a question file: what is asked, and which passages are the right answer.
public struct EvaluationQuestion: Codable, Sendable, Hashable {
    /// A passage that answers: one of a manual for a code, or any of the manual.
    public struct Target: Codable, Sendable, Hashable {
        /// File name.
        public let manual: String
        public let code: FaultCode?

        public init(manual: String, code: FaultCode?) {
            self.manual = manual
            self.code = code
        }
    }

    public let query: String
    public let machineModel: MachineModel?
    /// Any of them is right; empty where nothing may be answered. Several codes of several machine models are right
    /// together: then the code must be told to be ambiguous.
    public let expect: [Target]
    /// What sort of question it is, such as `exact` or `symptom`.
    public let kind: String

    enum CodingKeys: String, CodingKey {
        case query
        case machineModel = "machine_model"
        case expect, kind
    }

    public init(query: String, machineModel: MachineModel?, expect: [Target], kind: String) {
        self.query = query
        self.machineModel = machineModel
        self.expect = expect
        self.kind = kind
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        query = try container.decode(String.self, forKey: .query)
        machineModel = try container.decodeIfPresent(String.self, forKey: .machineModel)
            .map(MachineModel.init(rawValue:))
        expect = try container.decode([Target].self, forKey: .expect)
        kind = try container.decode(String.self, forKey: .kind)
    }

    /// Of the question's words: Chinese as soon as a Chinese character occurs.
    public var language: Language { query.containsCJK ? .traditionalChinese : .english }
}

/// Why a question file is refused.
public struct EvaluationError: Error, Sendable, Hashable, CustomStringConvertible {
    public let file: String
    /// From 1.
    public let line: Int?
    public let expectation: String

    public var description: String { (line.map { "\(file):\($0)" } ?? file) + ": " + expectation }
}

extension EvaluationQuestion {
    private static let fileBytesLimit = 64 << 20
    private static let longestQuery = 10_000

    /// Reads JSON Lines, one question a line; empty lines are skipped.
    ///
    /// - Throws: ``EvaluationError`` naming file, line and expectation.
    public static func read(_ file: URL) throws -> [EvaluationQuestion] {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: file)
            defer { try? handle.close() }
            data = try handle.read(upToCount: fileBytesLimit + 1) ?? Data()
        } catch {
            throw EvaluationError(
                file: file.path, line: nil, expectation: "cannot be read: \(error.localizedDescription)")
        }
        guard data.count <= fileBytesLimit else {
            throw EvaluationError(file: file.path, line: nil, expectation: "expected at most \(fileBytesLimit) bytes")
        }
        let decoder = JSONDecoder()
        var questions: [EvaluationQuestion] = []
        for (index, line) in data.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
        where line.contains(where: { !" \t\r".utf8.contains($0) }) {
            do {
                let question = try decoder.decode(EvaluationQuestion.self, from: line)
                guard question.query.count <= longestQuery, !question.kind.isEmpty else {
                    throw EvaluationError(
                        file: file.path, line: index + 1,
                        expectation: "expected a kind and a query of up to \(longestQuery) characters")
                }
                questions.append(question)
            } catch is DecodingError {
                throw EvaluationError(
                    file: file.path, line: index + 1,
                    expectation:
                        #"expected {"query":"…","machine_model":"…" or null,"expect":[{"manual":"…","code":"…"}],"kind":"…"}"#
                )
            }
        }
        guard !questions.isEmpty else {
            throw EvaluationError(
                file: file.path, line: nil, expectation: "expected a question a line, the file has none")
        }
        return questions
    }
}
