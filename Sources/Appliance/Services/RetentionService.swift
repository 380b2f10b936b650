import Domain
import Foundation
import Journal
import Logging
import ServiceLifecycle

/// Takes out of the journal what is over and old, after exporting it.
struct RetentionService: Service {
    static let period = Duration.seconds(3600)

    let journal: EventJournal
    let retention: RetentionRules
    let folder: URL
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                do {
                    guard let report = try await expire() else { continue }
                    logger.info(
                        "old entries were exported and deleted",
                        metadata: ["entries": "\(report.entries)", "file": "\(report.file.path)"])
                } catch {
                    logger.error("old entries stay in the journal", metadata: ["error": "\(error)"])
                }
            } while (try? await Task.sleep(for: Self.period)) != nil
        }
    }

    private func expire() async throws -> RetentionReport? {
        try await offSharedPool { [journal, retention, folder] in
            try journal.expire(retention, exportTo: folder)
        }
    }
}
