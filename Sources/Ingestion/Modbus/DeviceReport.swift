import Domain
import Foundation
import Logging
import Synchronization

/// What the outside sees of a polled device: its state, and a log line for each change of it.
final class DeviceReport: Sendable {
    private let current: Mutex<LinkStatus>
    /// When it last answered, of ``Monotonic``.
    private let answeredNs = Mutex<Int64?>(nil)
    private let silenceMs: Int?
    private let logger: Logger
    private let metadata: Logger.Metadata

    /// - Parameter silenceMs: after which a device that answered is no longer up, whatever its poller says; nil for one
    ///   that speaks only when it has something to say.
    init(_ machine: MachineID, endpoint: String, silenceMs: Int? = nil, logger: Logger) {
        current = Mutex(LinkStatus(machine: machine, transport: .modbus, endpoint: endpoint))
        self.silenceMs = silenceMs
        self.logger = logger
        metadata = ["machine": "\(machine)", "endpoint": "\(endpoint)"]
    }

    var status: LinkStatus { status(nowNs: Monotonic.nowNs()) }

    func status(nowNs: Int64) -> LinkStatus {
        var status = current.withLock { $0 }
        guard status.state == .up, let silenceMs, let heardNs = answeredNs.withLock({ $0 }) else { return status }
        let silentMs = (nowNs - heardNs) / 1_000_000
        if silentMs > silenceMs {
            status.state = .degraded
            status.lastError =
                "\(status.endpoint) was not heard for \(silentMs / 1000) s, and nobody polls it; restart andon serve"
        }
        return status
    }

    func answered(at time: Date, nowNs: Int64 = Monotonic.nowNs()) {
        answeredNs.withLock { $0 = nowNs }
        current.withLock { status in
            status.lastContact = time
            status.contacts += 1
        }
    }

    func answeredBadly(times: Int = 1) { current.withLock { $0.malformed += times } }

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
