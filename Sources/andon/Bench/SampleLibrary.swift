import Appliance
import Domain
import Foundation
import Manuals

/// The sample manuals in a temporary library, for measurements that every machine can repeat.
final class SampleLibrary {
    let library: Library
    private let folder: URL

    init(_ shipped: ShippedFiles) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("andon-bench-\(UUID().uuidString)")
        library = try Library.open(folder)
        _ = try library.importManuals([shipped.sampleManuals])
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

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
