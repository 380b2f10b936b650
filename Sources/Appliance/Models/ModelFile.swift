import Foundation

/// The model file that the configuration names, on this machine.
struct ModelFile: Sendable {
    let url: URL
    /// Known without reading the file where it is installed under its digest.
    let sha256: String?
    let isDemonstration: Bool

    /// - Throws: ``ApplianceError/Code/model`` when the file is not there, or none is to be used.
    init(settings: Configuration.ModelSettings, directory: DataDirectory, shipped: ShippedFiles) throws {
        switch settings.file {
        case .none: throw ApplianceError(.model, "the configuration names no model")
        case .path(let path):
            (url, sha256, isDemonstration) = (URL(fileURLWithPath: path), nil, false)
        case .active:
            if let active = try ModelStore(directory: directory.models).active() {
                (url, sha256, isDemonstration) = (active.file, active.sha256, false)
            } else {
                (url, sha256, isDemonstration) = (shipped.demonstrationModel, nil, true)
            }
        }
        guard FileManager.default.isReadableFile(atPath: url.path) else {
            throw ApplianceError(.model, "\(url.path): expected a readable model file")
        }
    }
}
