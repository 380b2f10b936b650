import Domain
import Foundation
import Journal
import Logging
import ServiceLifecycle

/// Closes what nobody has touched for as long as the site says, and takes out of the journal what is over and old, after
/// exporting it.
struct RetentionService: Service {
    static let period = Duration.seconds(3600)

    let journal: EventJournal
    let retention: RetentionRules
    /// Nil closes nothing.
    let closeAfterDays: Double?
    let folder: URL
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                do {
                    try await offSharedPool { [self] in try cleanUp() }
                } catch {
                    logger.error("old entries stay in the journal", metadata: ["error": "\(error)"])
                }
            } while (try? await Task.sleep(for: Self.period)) != nil
        }
    }

    /// What is closed here is folded beside, and goes with a later clean-up.
    func cleanUp() throws {
        if let closeAfterDays {
            for incident in try journal.closeUntouched(
                forDays: closeAfterDays, by: "program:andon journal.close_after_days")
            {
                logger.warning(
                    "incident closed, for nobody has touched it",
                    metadata: ["incident": "\(incident.summary)", "days": "\(closeAfterDays.formatted())"])
            }
        }
        if let report = try journal.expire(retention, exportTo: folder) {
            logger.info(
                "old entries were exported and deleted",
                metadata: ["entries": "\(report.entries)", "file": "\(report.file.path)"])
        }
        if let pinned = try RetentionPin.summary(of: journal.retentionPins(retention)) {
            logger.warning("old entries stay in the journal", metadata: ["held by": "\(pinned)"])
        }
    }
}

extension RetentionPin {
    private static let namedLimit = 5
    /// What a person can do about it.
    static let mend =
        "acknowledge, reset or return to service what is over (andon incident ack NUMBER); journal: { close_after_days: 90 }"
        + " has the program close what nobody has touched for 90 days"

    /// - Returns: nil for no pins.
    static func summary(of pins: [RetentionPin]) -> String? {
        guard !pins.isEmpty else { return nil }
        let total = pins.map(\.entries).reduce(0, +)
        let mebibytes = Double(pins.map(\.bytes).reduce(0, +)) / 1_048_576
        let named = pins.prefix(namedLimit).map { "\($0.incident.summary) keeps \($0.entries)" }.joined(separator: ", ")
        let others = pins.count > namedLimit ? " and \(pins.count - namedLimit) more" : ""
        return
            "\(total) events (\(String(format: "%.1f", mebibytes)) MiB) are over age or size and cannot go while incidents of"
            + " their machines are open: \(named)\(others)"
    }
}

extension Incident {
    /// For logs and checks.
    var summary: String {
        "\(id) (\(machine?.rawValue ?? "no machine") \(code.written), \(state.rawValue), since"
            + " \(ISO8601DateFormatter().string(from: firstSeen)))"
    }
}
