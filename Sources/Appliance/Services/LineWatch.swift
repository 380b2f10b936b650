import Domain
import Foundation
import Ingestion
import Journal
import Logging
import ServiceLifecycle

/// Reports lost lines as events of their own: a machine that says nothing is not a machine without faults.
struct LineWatch: Service {
    static let period = Duration.seconds(1)

    let journal: EventJournal
    let links: @Sendable () -> [LinkStatus]
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var losses: LineLosses?
            while (try? await Task.sleep(for: Self.period)) != nil {
                do {
                    losses = try await look(from: losses)
                } catch {
                    // Not taken over: the same changes are seen again in the next round.
                    logger.error("cannot note a lost line", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}

extension LineWatch {
    /// Keeps what changed since the last look, if anything did.
    ///
    /// - Parameter losses: as of the last look; nil goes on from what stands in the journal.
    func look(from losses: LineLosses?) async throws -> LineLosses {
        var watched: LineLosses
        if let losses {
            watched = losses
        } else {
            watched = LineLosses(standing: try await offSharedPool { [journal] in try journal.lostLines() })
        }
        let changes = watched.observe(links())
        guard !changes.isEmpty else { return watched }
        try await offSharedPool { [journal] in
            _ = try journal.accept(contentsOf: changes.map { $0.event(at: Date()) })
        }
        return watched
    }
}

/// Which lines are lost, and what changed since the last look.
struct LineLosses {
    struct Line: Hashable {
        let machine: MachineID?
        let endpoint: String
    }

    struct Change: Hashable {
        let line: Line
        let isLost: Bool
        let reason: String?

        func event(at time: Date) -> Event {
            Event(
                idempotencyKey: nil, source: .link(endpoint: line.endpoint), machine: line.machine, receivedAt: time,
                payload: Payload(Data((reason ?? "").utf8)),
                content: .fault(
                    FaultReport(
                        code: .commLost, message: reason, severity: nil, active: isLost, occurredAt: nil,
                        instance: line.endpoint)))
        }
    }

    private var lost: Set<Line>

    /// - Parameter standing: incidents of lines that were lost before the start.
    init(standing: [Incident]) {
        lost = Set(
            standing.compactMap { incident in
                incident.instance.map { Line(machine: incident.machine, endpoint: $0) }
            })
    }

    /// - Returns: lines lost and found since the last call; a line that is no longer configured counts as found.
    mutating func observe(_ links: [LinkStatus]) -> [Change] {
        var changes: [Change] = []
        var known: Set<Line> = []
        for link in links {
            let line = Line(machine: link.machine, endpoint: link.endpoint)
            known.insert(line)
            switch link.state {
            case .degraded where lost.insert(line).inserted:
                changes.append(Change(line: line, isLost: true, reason: link.lastError))
            case .up where lost.remove(line) != nil:
                changes.append(Change(line: line, isLost: false, reason: nil))
            case .degraded, .up, .connecting: break
            }
        }
        for line in lost.subtracting(known).sorted(by: { $0.endpoint < $1.endpoint }) {
            lost.remove(line)
            changes.append(Change(line: line, isLost: false, reason: "no longer configured"))
        }
        return changes
    }
}
