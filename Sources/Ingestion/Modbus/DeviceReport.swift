import Domain
import Foundation
import Logging
import Synchronization

/// What the outside sees of a polled device: its state, and a log line for each change of it.
final class DeviceReport: Sendable {
    private let current: Mutex<LinkStatus>
    private let logger: Logger
    private let metadata: Logger.Metadata

    init(_ machine: MachineID, endpoint: String, logger: Logger) {
        current = Mutex(LinkStatus(machine: machine, transport: .modbus, endpoint: endpoint))
        self.logger = logger
        metadata = ["machine": "\(machine)", "endpoint": "\(endpoint)"]
    }

    var status: LinkStatus { current.withLock { $0 } }

    func answered(at time: Date) {
        current.withLock { status in
            status.lastContact = time
            status.contacts += 1
        }
    }

    func answeredBadly() { current.withLock { $0.malformed += 1 } }

    func isUp() {
        let wasDown = current.withLock { status in
            defer { status.state = .up }
            return status.state != .up
        }
        if wasDown { logger.info("device answers", metadata: metadata) }
    }

    func failed(_ error: any Error, isDegraded: Bool) {
        let text = "\(error)"
        let isNews = current.withLock { status in
            defer {
                status.lastError = text
                if isDegraded { status.state = .degraded }
            }
            return status.lastError != text || isDegraded && status.state != .degraded
        }
        // A device that stays dead must not fill the log.
        if isNews { logger.warning("\(text)", metadata: metadata) }
    }
}
