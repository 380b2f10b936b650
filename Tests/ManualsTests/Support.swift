import Domain
import Foundation

@testable import Manuals

/// The manuals that ship with the demonstration: real input for every test.
enum SampleManuals {
    static let packaging = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "packaging")
    static let folder = packaging.appending(path: "demo/manuals")

    /// As shipped; empty where it cannot be read, which its own test tells.
    static let glossary = (try? Glossary(file: packaging.appending(path: "config/glossary.yaml"))) ?? Glossary()

    /// How the machines of the manuals write their codes, as their device profiles say.
    static let codeForms: [MachineModel: CodeForms] = [
        MachineModel(rawValue: "brennick-hf400"): CodeForms(
            numberFormat: CodeFormat("%04X"), logFormats: [CodeLogFormat("FC={code}")].compactMap { $0 }),
        MachineModel(rawValue: "torvald-rx6"): CodeForms(
            prefixes: ["RX", "SYS"], logFormats: [CodeLogFormat("<E{code}>")].compactMap { $0 }),
    ]

    /// All of them imported, once for all tests that only read. The open snapshot outlives its folder.
    static let library = Result {
        let folder = try TemporaryFolder()
        let library = try Library.open(
            folder.library, settings: RetrievalSettings(glossary: glossary, codeForms: codeForms))
        _ = try library.importManuals([SampleManuals.folder])
        return library
    }

    static func parsed(_ file: String) throws -> ParsedManual {
        try parse(ManualSource(reading: folder.appending(path: file), limits: ImportLimits()))
    }
}

/// A folder of its own for a test, gone with it.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "andon-manuals-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ text: String, to name: String) throws -> URL {
        let file = url.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file
    }

    var library: URL { url.appending(path: "library") }
}

func parse(_ source: ManualSource) throws -> ParsedManual {
    try ManualFormats.importer(for: source.file).parse(source, ImportContext())
}

func parse(_ text: String, as file: String = "test.md") throws -> ParsedManual {
    try parse(ManualSource(file: file, bytes: Data(text.utf8), limits: ImportLimits()))
}

extension Question {
    static func code(_ code: String, model: String? = nil, language: Language = .english) -> Question {
        Question(
            code: FaultCode(code), text: nil, machine: nil, machineModel: model.map(MachineModel.init(rawValue:)),
            language: language)
    }

    static func text(_ text: String, model: String? = nil) -> Question {
        Question(
            code: nil, text: text, machine: nil, machineModel: model.map(MachineModel.init(rawValue:)),
            language: .english)
    }
}

extension Retrieval {
    var passages: [RetrievedPassage] {
        if case .found(let passages) = self { return passages }
        return []
    }

    var suggestions: [RetrievedPassage] {
        if case .nothing(let suggestions) = self { return suggestions }
        return []
    }

    var isNothing: Bool {
        if case .nothing = self { return true }
        return false
    }

    var candidates: [Candidate] {
        if case .ambiguous(let candidates) = self { return candidates }
        return []
    }
}
