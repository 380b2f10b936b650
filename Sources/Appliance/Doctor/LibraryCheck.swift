import Domain
import Foundation
import Manuals

/// What `andon doctor` says of the library.
struct LibraryCheck {
    private static let name = "library"

    let directory: URL
    /// Those whose manuals must be there.
    let machines: [Machine]

    func check() -> Check {
        do {
            let library = try Library.open(directory)
            let manuals = try library.manuals()
            if let recovery = try library.recovery {
                return Check(
                    Self.name, .failed, "\(recovery), of \(manuals.count) manuals",
                    repair: Repair(promise: "puts that snapshot in use for good; then import what it lacks") {
                        let mended = try Library.repair(directory)
                        return mended.map { "snapshot \($0.snapshot) is in use" } ?? "somebody else has mended it"
                    })
            }
            guard !manuals.isEmpty else {
                return Check(Self.name, .warning, "no manuals are loaded", mend: "andon manual import FILE loads one")
            }
            let models = Set(manuals.map(\.machineModel))
            let orphans = machines.filter { !models.contains($0.model) }
            guard orphans.isEmpty else {
                let names = orphans.map { "\($0.id) (\($0.model))" }.joined(separator: ", ")
                return Check(
                    Self.name, .warning, "no manual answers for \(names)", mend: "import the manuals of these models")
            }
            return Check(Self.name, .good, "\(manuals.count) manuals for \(models.count) machine models")
        } catch LibraryError.unreadable(let path, let reason) {
            return Check(
                Self.name, .failed, "\(path): \(reason); incidents stay unanswered until it can be read",
                mend: "give the file to the user that runs andon serve: chown -R, or andon doctor --repair as root")
        } catch {
            return Check(
                Self.name, .failed, "\(error)",
                mend: "put a backup of \(directory.path) in its place, or move it away and import the manuals again")
        }
    }
}
