import CMosquitto
import Dispatch
import Domain
import Foundation
import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A connection to a broker that comes back by itself, driven by a thread of its own.
///
/// Messages that arrive together are handed over together and acknowledged only after the handler returned without an
/// error. libmosquitto queues an acknowledgement as it reads a message; in threaded mode nothing is written but by
/// `mosquitto_loop_write`, which the thread calls when the handler has returned. When the handler throws, the socket is
/// shut down before, and the broker delivers the messages again after the reconnect.
public final class MQTTConnection: Sendable {
    public struct Handlers: Sendable {
        /// Called for each CONNACK, before the subscriptions; true when the broker kept the session.
        public var connected: @Sendable (_ sessionPresent: Bool) -> Void
        /// What arrived together, in order, at least one; must be durable when it returns, all of it. Throws to get all
        /// of it again.
        public var messages: @Sendable ([MQTTMessage]) throws -> Void
        /// What to publish, asked for at least twice a second while all subscriptions stand.
        var requests: @Sendable () -> [Request]

        public init(
            connected: @escaping @Sendable (_ sessionPresent: Bool) -> Void = { _ in },
            messages: @escaping @Sendable ([MQTTMessage]) throws -> Void = { _ in }
        ) {
            self.init(connected: connected, messages: messages, requests: { [] })
        }

        init(
            connected: @escaping @Sendable (_ sessionPresent: Bool) -> Void,
            messages: @escaping @Sendable ([MQTTMessage]) throws -> Void, requests: @escaping @Sendable () -> [Request]
        ) {
            self.connected = connected
            self.messages = messages
            self.requests = requests
        }
    }

    struct State {
        var status: LinkStatus
        var isConnected = false
        /// Messages that were read and not handed over yet.
        var inbox: [MQTTMessage] = []
        var inboxBytes = 0
        /// Connection attempts and refused messages in a row.
        var failures = 0
        /// The last message was refused and none was taken since.
        var isSinkRefusing = false
        /// This connection has said what is wrong; its loss says less and must not hide it.
        var hasReportedProblem = false
        /// Of this attempt and its session.
        var course = Course()
        /// Sessions in a row that the broker ended soon.
        var contestedSessions = 0
        /// What a probe of the host found.
        var finding: String?
        /// When the thread last looked at the socket, of ``Monotonic``.
        var turnedNs = Monotonic.nowNs()
        /// As the broker last told.
        var droppedByBroker = 0
        /// Topic filters by the packet identifier of their SUBSCRIBE.
        var subscribing: [Int32: String] = [:]
        var waiters: [Int32: Waiter] = [:]
        var nextWaiter: UInt64 = 0
    }

    struct Waiter {
        /// Packet identifiers are used again; this is not.
        let number: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private static let initializeLibrary: Void = { _ = mosquitto_lib_init() }()
    private static let loopTimeoutMs: Int32 = 500
    /// Bounds what is handed over at once, whatever the broker sends ahead of acknowledgements.
    static let batchLimit = (messages: 256, bytes: 4 << 20)
    /// How long a stopping connection may take to send its last packets.
    private static let farewellMs: Int32 = 1_000

    /// libmosquitto guards a client with mutexes of its own once `mosquitto_threaded_set` was called, so any thread may
    /// use the pointer; it stays valid until `deinit`.
    nonisolated(unsafe) let client: OpaquePointer
    let settings: MQTTSettings
    let handlers: Handlers
    let logger: Logger
    let state: Mutex<State>
    let wakeUp: WakeUp
    let filters: [String]
    private let stopSignal = StopSignal()
    private let finished = DispatchSemaphore(value: 0)
    private let isStarted = Atomic<Bool>(false)

    /// - Parameters:
    ///   - filters: topic filters, subscribed with QoS 1 on each CONNACK.
    /// - Throws: ``MQTTError/setting(_:reason:)``.
    public init(settings: MQTTSettings, filters: [String], handlers: Handlers, logger: Logger) throws {
        _ = MQTTConnection.initializeLibrary
        guard let client = mosquitto_new(settings.clientID, settings.cleanSession, nil) else {
            throw MQTTError.setting("client_id", reason: "expected text, got \"\(settings.clientID)\"")
        }
        wakeUp = try WakeUp()
        self.client = client
        self.settings = settings
        self.filters = filters
        self.handlers = handlers
        self.logger = logger
        state = Mutex(
            State(
                status: LinkStatus(
                    machine: nil, transport: .mqtt, endpoint: "\(settings.host):\(settings.port)")))
        mosquitto_threaded_set(client, true)
        try configure()
    }

    deinit { mosquitto_destroy(client) }

    public var status: LinkStatus { status(nowNs: Monotonic.nowNs()) }

    public var isConnected: Bool { state.withLock { $0.isConnected } }

    /// Starts the connection's thread, which keeps the connection alive until ``stop()``.
    public func start() {
        guard !isStarted.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let thread = Thread { self.keepConnected() }
        thread.name = "mqtt"
        thread.start()
    }

    /// Sends what is queued, disconnects and waits for the thread's end; the broker keeps the session.
    ///
    /// Blocks for a few seconds at most, longer only while the name of the broker is being resolved.
    public func stop() {
        guard isStarted.load(ordering: .acquiring) else { return }
        stopSignal.raise()
        tellPresence(.down)
        mosquitto_disconnect(client)
        wakeUp.signal()
        finished.wait()
        // Stopped stays stopped, for whoever calls again.
        finished.signal()
    }

    /// The thread: `mosquitto_loop_forever` would end for good after errors that pass, such as an unresolved name.
    private func keepConnected() {
        defer { finished.signal() }
        var code = connect()
        while true {
            if code == MOSQ_ERR_SUCCESS.rawValue { code = drive() }
            let number = errno
            if stopSignal.isRaised { break }
            lost(reason: explanation(code, errno: number, nowNs: Monotonic.nowNs()))
            if stopSignal.wait(milliseconds: waitAfterLoss()) { break }
            state.withLock { state in
                state.hasReportedProblem = false
                state.course = Course()
                (state.inbox, state.inboxBytes) = ([], 0)
            }
            code = mosquitto_reconnect_async(client)
        }
        sayFarewell()
        lost(reason: nil)
        failWaiters(MQTTError.stopped)
    }

    /// Sends the acknowledgements and the DISCONNECT that are queued; the socket is closed after the latter. Reads
    /// nothing more: what was not handed over must not be acknowledged.
    private func sayFarewell() {
        let deadline = DispatchTime.now() + .milliseconds(Int(MQTTConnection.farewellMs))
        while mosquitto_want_write(client), DispatchTime.now() < deadline {
            _ = wait(for: POLLOUT, milliseconds: MQTTConnection.farewellMs)
            guard mosquitto_loop_write(client, 1) == MOSQ_ERR_SUCCESS.rawValue else { return }
        }
    }

    /// - Returns: the code that ended the connection.
    private func drive() -> Int32 {
        let deadline = DispatchTime.now() + .milliseconds(settings.connectTimeoutMs)
        while !stopSignal.isRaised {
            let code = turn()
            guard code == MOSQ_ERR_SUCCESS.rawValue else { return code }
            // A host that swallows packets would hold the attempt for minutes.
            if DispatchTime.now() > deadline, !isConnected, !stopSignal.isRaised {
                report("\(status.endpoint) accepts no MQTT session within \(settings.connectTimeoutMs) ms")
                return MOSQ_ERR_CONN_LOST.rawValue
            }
        }
        return MOSQ_ERR_SUCCESS.rawValue
    }

    /// Reads what has arrived, hands it over, then writes what is queued.
    private func turn() -> Int32 {
        let socket = mosquitto_socket(client)
        guard socket >= 0 else { return MOSQ_ERR_NO_CONN.rawValue }
        settle(nowNs: Monotonic.nowNs())
        let events = POLLIN | (mosquitto_want_write(client) ? POLLOUT : 0)
        var ready = wait(for: events, milliseconds: MQTTConnection.loopTimeoutMs)
        var code = MOSQ_ERR_SUCCESS.rawValue
        if ready & (POLLERR | POLLHUP) != 0, !isConnected, let failure = SystemFailure.pending(at: socket),
            !failure.isRefusalToTalk
        {
            state.withLock { $0.course.failure = failure }
            return MOSQ_ERR_CONN_LOST.rawValue
        }
        while code == MOSQ_ERR_SUCCESS.rawValue, ready & ~POLLOUT != 0, !isInboxFull {
            code = mosquitto_loop_read(client, 1)
            // libmosquitto takes a socket that failed before its TLS handshake for one that is not ready, for ever.
            if code == MOSQ_ERR_SUCCESS.rawValue, ready & (POLLERR | POLLHUP | POLLNVAL) != 0, !isConnected {
                return MOSQ_ERR_CONN_LOST.rawValue
            }
            ready = wait(for: POLLIN, milliseconds: 0)
        }
        // A connection that was lost after it: the broker delivers all of it again, since nothing was acknowledged.
        guard code == MOSQ_ERR_SUCCESS.rawValue else { return code }
        guard handOver() else { return MOSQ_ERR_CONN_LOST.rawValue }
        sendRequests()
        if mosquitto_want_write(client) { code = mosquitto_loop_write(client, 1) }
        return code == MOSQ_ERR_SUCCESS.rawValue ? mosquitto_loop_misc(client) : code
    }

    private var isInboxFull: Bool {
        state.withLock {
            $0.inbox.count >= MQTTConnection.batchLimit.messages || $0.inboxBytes >= MQTTConnection.batchLimit.bytes
        }
    }

    /// Waits for the socket or for ``wakeUp``.
    ///
    /// - Returns: what of `events`, or which failure, came about at the socket; 0 after the time.
    private func wait(for events: Int32, milliseconds: Int32) -> Int32 {
        let socket = mosquitto_socket(client)
        guard socket >= 0 else { return 0 }
        var polled = [
            pollfd(fd: socket, events: Int16(events), revents: 0),
            pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return 0 }
        if polled[1].revents != 0 { wakeUp.clear() }
        return Int32(polled[0].revents)
    }

    /// - Parameter reason: nil for a connection that was closed on purpose.
    func lost(reason: String?) {
        state.withLock { state in
            state.isConnected = false
            guard let reason else { return }
            state.status.state = .degraded
            if !state.hasReportedProblem { state.status.lastError = reason }
            state.hasReportedProblem = true
        }
    }

    func subscribeAll() {
        for filter in filters {
            var packetID: Int32 = 0
            let code = mosquitto_subscribe(client, &packetID, filter, 1)
            if code == MOSQ_ERR_SUCCESS.rawValue {
                state.withLock { $0.subscribing[packetID] = filter }
            } else {
                report("cannot subscribe to \(filter): \(MQTTError.text(code))")
            }
        }
    }

    /// Notes a fault that leaves the connection standing.
    func report(_ problem: String) {
        state.withLock { state in
            state.status.state = .degraded
            state.status.lastError = problem
            state.hasReportedProblem = true
        }
        logger.error("MQTT: \(problem)")
    }

    func failWaiters(_ error: any Error) {
        let waiters = state.withLock { state in
            defer { state.waiters = [:] }
            return state.waiters.values.map(\.continuation)
        }
        for waiter in waiters { waiter.resume(throwing: error) }
    }
}
