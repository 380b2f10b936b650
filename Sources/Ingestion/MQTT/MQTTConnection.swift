import CMosquitto
import Dispatch
import Domain
import Foundation
import Logging
import Synchronization

/// A connection to a broker that comes back by itself, driven by a thread of its own.
///
/// A received message is acknowledged only after the message handler returned without an error. libmosquitto queues the
/// acknowledgement before it calls the handler, but in threaded mode writes it afterwards; when the handler throws, the
/// socket is shut down before the acknowledgement can leave, and the broker delivers the message again after the
/// reconnect.
public final class MQTTConnection: Sendable {
    public struct Handlers: Sendable {
        /// Called for each CONNACK, before the subscriptions; true when the broker kept the session.
        public var connected: @Sendable (_ sessionPresent: Bool) -> Void
        /// Must be durable when it returns; throws to get the message again.
        public var message: @Sendable (MQTTMessage) throws -> Void

        public init(
            connected: @escaping @Sendable (_ sessionPresent: Bool) -> Void = { _ in },
            message: @escaping @Sendable (MQTTMessage) throws -> Void = { _ in }
        ) {
            self.connected = connected
            self.message = message
        }
    }

    struct State {
        var status: LinkStatus
        var isConnected = false
        /// Connection attempts and refused messages in a row.
        var failures = 0
        /// The handler refused a message: nothing more of this connection may reach it, or order would be lost.
        var isAbandoned = false
        /// The last message was refused and none was taken since.
        var isSinkRefusing = false
        /// This connection has said what is wrong; its loss says less and must not hide it.
        var hasReportedProblem = false
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
    /// How long a stopping connection may take to send its last packets, in turns of the loop.
    private static let farewellTurns = 10

    /// libmosquitto guards a client with mutexes of its own once `mosquitto_threaded_set` was called, so any thread may
    /// use the pointer; it stays valid until `deinit`.
    nonisolated(unsafe) let client: OpaquePointer
    let settings: MQTTSettings
    let handlers: Handlers
    let logger: Logger
    let state: Mutex<State>
    private let filters: [String]
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

    private func configure() throws(MQTTError) {
        if let credentials = settings.credentials {
            let code = mosquitto_username_pw_set(client, credentials.user, credentials.password)
            guard code == MOSQ_ERR_SUCCESS.rawValue else {
                throw .setting("password_file", reason: MQTTError.text(code))
            }
        }
        if let caFile = settings.caFile {
            let code = mosquitto_tls_set(client, caFile, nil, nil, nil, nil)
            guard code == MOSQ_ERR_SUCCESS.rawValue else {
                throw .setting("tls.ca", reason: "\(caFile): \(MQTTError.text(code))")
            }
        }
        mosquitto_user_data_set(client, Unmanaged.passUnretained(self).toOpaque())
        installCallbacks()
    }

    public var status: LinkStatus { state.withLock { $0.status } }

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
        // Also wakes the thread from its wait for the socket.
        mosquitto_disconnect(client)
        finished.wait()
        // Stopped stays stopped, for whoever calls again.
        finished.signal()
    }

    /// The thread: `mosquitto_loop_forever` would end for good after errors that pass, such as an unresolved name.
    private func keepConnected() {
        defer { finished.signal() }
        var code = mosquitto_connect_async(
            client, settings.host, Int32(settings.port), Int32(settings.keepAliveSeconds))
        while true {
            if code == MOSQ_ERR_SUCCESS.rawValue { code = drive() }
            if stopSignal.isRaised { break }
            lost(reason: MQTTError.text(code))
            if stopSignal.wait(milliseconds: waitAfterLoss()) { break }
            state.withLock { $0.hasReportedProblem = false }
            code = mosquitto_reconnect_async(client)
        }
        sayFarewell()
        lost(reason: nil)
        failWaiters(MQTTError.stopped)
    }

    /// Sends the acknowledgements and the DISCONNECT that are queued; the socket is closed after the latter.
    private func sayFarewell() {
        for _ in 0..<MQTTConnection.farewellTurns {
            guard mosquitto_loop(client, 100, 1) == MOSQ_ERR_SUCCESS.rawValue else { return }
        }
    }

    /// - Returns: the code that ended the connection.
    private func drive() -> Int32 {
        let deadline = DispatchTime.now() + .milliseconds(settings.connectTimeoutMs)
        while !stopSignal.isRaised {
            let code = mosquitto_loop(client, MQTTConnection.loopTimeoutMs, 1)
            guard code == MOSQ_ERR_SUCCESS.rawValue else { return code }
            // A host that swallows packets would hold the attempt for minutes.
            if DispatchTime.now() > deadline, !isConnected, !stopSignal.isRaised {
                report("\(status.endpoint) accepts no MQTT session within \(settings.connectTimeoutMs) ms")
                return MOSQ_ERR_CONN_LOST.rawValue
            }
        }
        return MOSQ_ERR_SUCCESS.rawValue
    }

    private func waitAfterLoss() -> Int {
        let (status, delayMs) = state.withLock { state in
            state.failures += 1
            return (state.status, settings.reconnect.delayMs(afterFailures: state.failures))
        }
        logger.warning(
            "no MQTT connection",
            metadata: [
                "broker": "\(status.endpoint)", "reason": "\(status.lastError ?? "")", "retry_ms": "\(delayMs)",
            ])
        return delayMs
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
