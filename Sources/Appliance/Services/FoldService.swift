import Domain
import Incidents
import Journal
import Logging
import ServiceLifecycle

/// Folds what enters the journal into incidents, in journal order, each entry exactly once, and has time pass in them.
struct FoldService: Service {
    /// Entries of other processes (`andon incident ack`) make no wake-up here; they are looked for this often.
    static let otherProcessesPeriod = Duration.seconds(2)
    /// How late a delay or a shelf may end.
    static let deadlinePeriod = Duration.milliseconds(500)
    /// Between two folds: a fold writes about as many pages for one event as for ten. An event that comes alone does not
    /// wait.
    static let pause = Duration.milliseconds(250)

    let journal: EventJournal
    let feed: Feed
    let answersWanted: Wakeup
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                let work = Wakeup()
                group.addTask { for await _ in journal.appends() { work.signal() } }
                group.addTask {
                    while (try? await Task.sleep(for: Self.otherProcessesPeriod)) != nil { work.signal() }
                }
                group.addTask {
                    while (try? await Task.sleep(for: Self.deadlinePeriod)) != nil { await noteDeadlines() }
                }
                for await _ in work.stream {
                    do {
                        if try await foldAll() { try? await Task.sleep(for: Self.pause) }
                    } catch {
                        // The entries stay pending: the next wake-up tries again.
                        logger.error("cannot fold the journal", metadata: ["error": "\(error)"])
                    }
                }
                group.cancelAll()
            }
        }
    }

    /// - Returns: whether there was anything to fold.
    private func foldAll() async throws -> Bool {
        try await offSharedPool { [journal, feed, answersWanted] in
            var hasFolded = false
            try IncidentFolding.foldPending(in: journal) { changes in
                hasFolded = true
                for change in changes { feed.send(.changed(change)) }
                answersWanted.signal()
            }
            return hasFolded
        }
    }

    /// A timer is an entry like any other, so that folding the journal again gives the same.
    private func noteDeadlines() async {
        do {
            try await offSharedPool { [journal] in
                if try journal.secondsToNextDeadline() == 0 { try journal.appendTimer() }
            }
        } catch {
            logger.error("cannot look for what is due", metadata: ["error": "\(error)"])
        }
    }
}
