import Appliance
import Domain
import Foundation
import Manuals

/// The sample manuals in a temporary library, for measurements that every machine can repeat.
final class SampleLibrary {
    let library: Library
    /// A whole data directory around it, in which an appliance can run.
    let directory: DataDirectory

    init(_ shipped: ShippedFiles) throws {
        directory = DataDirectory(
            root: FileManager.default.temporaryDirectory.appendingPathComponent("andon-bench-\(UUID().uuidString)"))
        try directory.create()
        library = try Library.open(directory.library)
        _ = try library.importManuals([shipped.sampleManuals])
    }

    deinit { try? FileManager.default.removeItem(at: directory.root) }

    /// One question for each code of each manual, in the manual's language.
    func questions() throws -> [Question] {
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
