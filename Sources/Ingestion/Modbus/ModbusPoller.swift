import Dispatch
import Domain
import Foundation
import Logging
import Synchronization

/// Polls one device on a thread of its own, so that a device that hangs delays nobody else.
final class ModbusPoller: Sendable {
    private let target: ModbusTarget
    private let sink: any EventSink
    private let recall: any IdempotencyKeyRecall
    private let clock: any WallClock
    private let logger: Logger
    private let currentStatus: Mutex<LinkStatus>
    private let stopSignal = StopSignal()
    private let finished = DispatchSemaphore(value: 0)

    init(
        _ target: ModbusTarget, sink: any EventSink, recall: any IdempotencyKeyRecall, clock: any WallClock,
        logger: Logger
    ) {
        self.target = target
        self.sink = sink
        self.recall = recall
        self.clock = clock
        self.logger = logger
        currentStatus = Mutex(LinkStatus(machine: target.machine, transport: .modbus, endpoint: target.endpoint))
    }

    var status: LinkStatus { currentStatus.withLock { $0 } }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "modbus"
        thread.start()
    }

    /// Asks the thread to end; ``waitUntilFinished()`` joins it.
    func requestStop() { stopSignal.raise() }

    /// Blocks until a request under way is answered or timed out.
    func waitUntilFinished() {
        finished.wait()
        finished.signal()
    }

    private func run() {
        defer { finished.signal() }
        var health = PollHealth(pollMs: target.pollMs)
        guard var edges = restoredEdges() else { return }
        let connection: ModbusConnection
        do {
            connection = try ModbusConnection(target)
        } catch {
            // Only a setting can be at fault here, so trying again would not help.
            note(error, isDegraded: true)
            return
        }
        repeat {
            var problem: (any Error)?
            do {
                edges.observe(try connection.readFaultValue())
                health.succeeded()
                noteAnswer()
            } catch {
                health.failed()
                problem = error
            }
            // What waits for the journal goes out even while the device is silent.
            do { try deliver(&edges) } catch { problem = error }
            if let problem {
                note(problem, isDegraded: health.isDegraded || !edges.pending.isEmpty)
            } else {
                noteUp()
            }
        } while !stopSignal.wait(milliseconds: health.nextDelayMs)
    }

    /// - Returns: nil when stopped before the journal answered.
    private func restoredEdges() -> FaultEdges? {
        var edges = FaultEdges(machine: target.machine, profile: target.profile)
        while true {
            do {
                let newest = try recall.newestIdempotencyKeys(prefix: edges.recallPrefix, limit: 1).first
                edges.restore(newestKey: newest)
                return edges
            } catch {
                // Polling without it would report a standing fault twice.
                note(error, isDegraded: true)
                if stopSignal.wait(milliseconds: target.pollMs) { return nil }
            }
        }
    }

    /// Hands over what is pending, in order; what the sink refuses is offered again with the next poll.
    private func deliver(_ edges: inout FaultEdges) throws {
        while let edge = edges.pending.first {
            try sink.accept(event(edge, key: edges.key(of: edge)))
            edges.settleFirst()
        }
    }

    private func event(_ edge: FaultEdges.Edge, key: String) -> Event {
        let written = target.profile.code(of: edge.value)
        let content: Event.Content =
            if let code = FaultCode(written) {
                .fault(FaultReport(code: code, message: nil, severity: nil, active: edge.active, occurredAt: nil))
            } else {
                .unparseable(
                    reason: "\(target.profileName): code_format makes \"\(written)\" of \(edge.value), "
                        + "expected a letter or digit")
            }
        let payload = #"{"register":\#(target.profile.register),"value":\#(edge.value),"active":\#(edge.active)}"#
        return Event(
            idempotencyKey: key, source: .modbus(register: target.profile.register), machine: target.machine,
            receivedAt: clock.now(), payload: Payload(Data(payload.utf8)), content: content)
    }

    private func noteAnswer() {
        currentStatus.withLock { status in
            status.lastContact = clock.now()
            status.contacts += 1
        }
    }

    private func noteUp() {
        let wasDown = currentStatus.withLock { status in
            defer { status.state = .up }
            return status.state != .up
        }
        if wasDown { logger.info("device answers", metadata: metadata) }
    }

    private func note(_ error: any Error, isDegraded: Bool) {
        let text = "\(error)"
        let isNews = currentStatus.withLock { status in
            defer {
                status.lastError = text
                if isDegraded { status.state = .degraded }
            }
            return status.lastError != text || isDegraded && status.state != .degraded
        }
        // A device that stays dead must not fill the log.
        if isNews { logger.warning("\(text)", metadata: metadata) }
    }

    private var metadata: Logger.Metadata { ["machine": "\(target.machine)", "endpoint": "\(target.endpoint)"] }
}
