import Domain
import Foundation
import Journal
import Troubleshooting

/// Plays scenes one after the other and waits for what must come of each.
struct ScenePlayer {
    static let arrivalTimeLimit = Duration.seconds(20)

    private let line: DemonstrationLine
    private let appliance: Appliance
    private let configuration: Configuration
    private let report: Demonstration.Report
    private var events: AsyncStream<ApplianceEvent>.Iterator
    private var received = 0
    private var slowestFirstStepMs: Double?
    private var slowestAnswerMs = 0.0

    init(
        line: DemonstrationLine, appliance: Appliance, configuration: Configuration,
        report: @escaping Demonstration.Report
    ) {
        self.line = line
        self.appliance = appliance
        self.configuration = configuration
        self.report = report
        events = appliance.feed.subscribe().makeAsyncIterator()
    }

    mutating func play(_ scene: Scene) async throws {
        let start = ContinuousClock.now
        if case .typed(let code) = scene.trigger {
            try await offSharedPool { [appliance] in _ = try appliance.accept(typed: code) }
        } else {
            try await line.send(scene.trigger)
        }
        switch scene.expectation {
        case .answer: try await awaitAnswer(since: start)
        case .folds: try await awaitFold()
        case .unparseable: try await awaitUnparseable()
        }
    }

    func summary(keptAt: String?) async throws -> DemonstrationReport.Summary {
        let counters = try await offSharedPool { [appliance] in try appliance.journal.counters() }
        return DemonstrationReport.Summary(
            events: counters.events, unparseable: counters.unparseable, incidents: counters.incidents,
            answersByStatus: counters.answersByStatus, received: received, slowestFirstStepMs: slowestFirstStepMs,
            slowestAnswerMs: slowestAnswerMs, keptAt: keptAt)
    }

    private mutating func awaitAnswer(since start: ContinuousClock.Instant) async throws {
        var firstStepMs: Double?
        while let event = await events.next() {
            switch event {
            case .progress(let incident, let progress):
                if case .step = progress { firstStepMs = firstStepMs ?? Self.milliseconds(since: start) }
                report(.progress(progress, language(of: incident)))
            case .answered(let incident, let answer):
                let totalMs = Self.milliseconds(since: start)
                let topic = try await awaitArrival(of: answer)
                slowestFirstStepMs = [slowestFirstStepMs, firstStepMs].compactMap(\.self).max()
                slowestAnswerMs = max(slowestAnswerMs, totalMs)
                report(
                    .answered(
                        .init(answer: answer, firstStepMs: firstStepMs, totalMs: totalMs, topic: topic),
                        language(of: incident)))
                return
            case .changed, .delivered: continue
            }
        }
        throw CancellationError()
    }

    /// - Returns: the topic on which the second client received the answer's very bytes.
    private mutating func awaitArrival(of answer: Answer) async throws -> String {
        let topic = configuration.answersTopic.topic(for: answer.machine ?? DeliveryService.unassigned)
        let payload = try answer.json()
        let deadline = ContinuousClock.now + Self.arrivalTimeLimit
        while !line.hasReceived(payload, on: topic) {
            guard ContinuousClock.now < deadline else {
                throw DemonstrationError("the answer did not arrive on \(topic) within \(Self.arrivalTimeLimit)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        received += 1
        return topic
    }

    private mutating func awaitFold() async throws {
        while let event = await events.next() {
            if case .changed(.updated(let incident, .repeated, _)) = event { return report(.folded(incident)) }
            if case .changed(.opened) = event {
                throw DemonstrationError("a repeated event opened an incident of its own")
            }
        }
        throw CancellationError()
    }

    private mutating func awaitUnparseable() async throws {
        while let event = await events.next() {
            guard case .changed(.ignored(let sequence, .unparseable)) = event else { continue }
            let kept = try await offSharedPool { [appliance] in try appliance.journal.event(sequence) }
            guard case .unparseable(let reason)? = kept?.event.content else {
                throw DemonstrationError("the unreadable payload is not in the journal")
            }
            return report(.unparseable(reason: reason))
        }
        throw CancellationError()
    }

    private func language(of incident: Incident) -> Language {
        configuration.language(of: incident.machine)
    }

    private static func milliseconds(since start: ContinuousClock.Instant) -> Double {
        start.duration(to: .now) / .milliseconds(1)
    }
}
