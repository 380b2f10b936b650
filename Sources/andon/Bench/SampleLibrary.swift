import Appliance
import Domain
import Foundation
import Manuals

/// The sample manuals in a temporary library, for measurements that every machine can repeat.
final class SampleLibrary {
    let library: Library
    /// A whole data directory around it, in which an appliance can run.
    let directory: DataDirectory

    init(_ shipped: ShippedFiles, settings: RetrievalSettings = RetrievalSettings()) throws {
        directory = DataDirectory(
            root: FileManager.default.temporaryDirectory.appendingPathComponent("andon-bench-\(UUID().uuidString)"))
        try directory.create()
        library = try Library.open(directory.library, settings: settings)
        _ = try library.importManuals([shipped.sampleManuals])
    }

    deinit { try? FileManager.default.removeItem(at: directory.root) }

    /// Questions for codes, spread over the manuals, each in its manual's language.
    func questions(atMost count: Int) throws -> [Question] {
        let all = try questions()
        return (0..<min(count, all.count)).map { all[$0 * all.count / min(count, all.count)] }
    }

    /// One question for each code of each manual.
    private func questions() throws -> [Question] {
        try library.manuals().flatMap { manual in
            try library.passages(ofFile: manual.file).compactMap { passage in
                passage.codes.first.map { code in
                    Question(
                        code: code, text: passage.title, machine: nil, machineModel: manual.machineModel,
                        language: manual.language)
                }
            }
        }
    }
}
