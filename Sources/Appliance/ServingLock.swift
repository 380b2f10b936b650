import Foundation
import Platform

/// Keeps a second appliance off a data directory for as long as it is held; the kernel frees it when the process ends,
/// however it ends. Commands work on the directory beside it.
public final class ServingLock: Sendable {
    /// A process that was killed a moment ago keeps its files until the kernel has taken it apart.
    private static let attempts = 10
    private static let pause: useconds_t = 50_000

    private let lock: FileLock

    /// Makes the directory where it is missing.
    ///
    /// - Throws: ``ApplianceError/Code/serviceDown`` when another appliance has the directory.
    public init(_ directory: DataDirectory) throws {
        try directory.create()
        let path = directory.lockFile.path
        do throws(FileError) {
            for attempt in 1...Self.attempts {
                if let lock = try FileLock.take(path, creating: true) {
                    lock.writeHolder()
                    self.lock = lock
                    return
                }
                if attempt < Self.attempts { usleep(Self.pause) }
            }
        } catch {
            throw ApplianceError(.dataDirectory, "\(error)")
        }
        let holder = FileLock.holder(of: path).map { "process \($0)" } ?? "another process"
        throw ApplianceError(
            .serviceDown,
            "\(directory.root.path): an appliance runs there already (\(holder) holds \(path)); stop it, or choose another"
                + " --data directory")
    }
}
