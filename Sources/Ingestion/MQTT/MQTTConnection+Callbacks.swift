import CMosquitto
import Domain
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// What libmosquitto calls, all on the connection's own thread.
extension MQTTConnection {
    func installCallbacks() {
        mosquitto_connect_with_flags_callback_set(client) { _, context, code, flags in
            MQTTConnection.from(context)?.onConnect(code: code, sessionPresent: flags & 1 == 1)
        }
        mosquitto_disconnect_callback_set(client) { _, context, code in
            MQTTConnection.from(context)?.onDisconnect(code: code)
        }
        mosquitto_subscribe_callback_set(client) { _, context, packetID, count, granted in
            let granted = UnsafeBufferPointer(start: granted, count: Int(count)).map { Int($0) }
            MQTTConnection.from(context)?.onSubscribe(packetID: packetID, granted: granted)
        }
        mosquitto_message_callback_set(client) { _, context, message in
            guard let message else { return }
            MQTTConnection.from(context)?.onMessage(MQTTMessage(message.pointee))
        }
        mosquitto_log_callback_set(client) { _, context, level, text in
            guard let text, level == MOSQ_LOG_ERR else { return }
            MQTTConnection.from(context)?.onComplaint(String(cString: text))
        }
        mosquitto_publish_callback_set(client) { _, context, packetID in
            MQTTConnection.from(context)?.onPublish(packetID: packetID)
        }
    }

    /// The context is the connection itself, which its running thread keeps alive while callbacks can come.
    private static func from(_ context: UnsafeMutableRawPointer?) -> MQTTConnection? {
        context.map { Unmanaged<MQTTConnection>.fromOpaque($0).takeUnretainedValue() }
    }

    private func onConnect(code: Int32, sessionPresent: Bool) {
        guard code == 0 else {
            report("the broker at \(endpoint) refused \(settings.clientID): \(MQTTError.text(refusal: code))")
            return
        }
        state.withLock { state in
            state.isConnected = true
            state.course.connectedNs = Monotonic.nowNs()
            state.subscribing = [:]
            state.status.lastContact = Date()
        }
        logger.info(
            "MQTT connected", metadata: ["broker": "\(status.endpoint)", "session_present": "\(sessionPresent)"])
        handlers.connected(sessionPresent)
        subscribeAll()
        if !filters.isEmpty { watchDrops() }
        tellPresence(.up)
        noteSubscriptions()
    }

    /// What libmosquitto says beside its codes, most of which do not tell one trouble with a certificate from another.
    private func onComplaint(_ text: String) { state.withLock { $0.course.complaint = text } }

    /// The thread says why, once it has seen all of it.
    private func onDisconnect(code: Int32) {
        state.withLock { state in
            state.isConnected = false
            if code >= MQTTError.firstReasonCode { state.course.farewell = code }
        }
    }

    private func onSubscribe(packetID: Int32, granted: [Int]) {
        guard let filter = state.withLock({ $0.subscribing.removeValue(forKey: packetID) }) else { return }
        guard granted.allSatisfy({ $0 == 1 || $0 == 2 }), !granted.isEmpty else {
            let denied = granted.contains { $0 > 2 }
            report(
                denied
                    ? "the broker refuses the subscription to \(filter); allow it in the broker's access list"
                    : "the broker grants \(filter) without QoS 1; events could be lost")
            return
        }
        noteSubscriptions()
    }

    /// Up means that every subscription stands: a connection without them would be silent for good.
    func noteSubscriptions() {
        let isUp = state.withLock { state in
            guard state.subscribing.isEmpty, !state.hasReportedProblem, !state.isSinkRefusing,
                state.contestedSessions < MQTTConnection.contestedSessions
            else { return false }
            state.status.state = .up
            state.failures = 0
            return true
        }
        if isUp { logger.info("MQTT up", metadata: ["client_id": "\(settings.clientID)"]) }
    }

    private func onMessage(_ message: MQTTMessage) {
        if message.topic == MQTTConnection.droppedTopic { return noteDropped(message) }
        state.withLock { state in
            state.inbox.append(message)
            state.inboxBytes += message.payload.count
        }
    }

    /// Gives the handler what was read.
    ///
    /// - Returns: false when it was refused; then the connection is cut.
    func handOver() -> Bool {
        let messages = state.withLock { state in
            defer { (state.inbox, state.inboxBytes) = ([], 0) }
            return state.inbox
        }
        guard let first = messages.first else { return true }
        do {
            try handlers.messages(messages)
            state.withLock { state in
                if state.isSinkRefusing {
                    state.isSinkRefusing = false
                    state.failures = 0
                    state.status.state = .up
                }
                state.status.contacts += messages.count
                state.status.lastContact = Date()
            }
            return true
        } catch {
            abandon(first, messages.count, error)
            return false
        }
    }

    /// Cuts the connection before a queued acknowledgement is written; the broker then still owns the messages.
    private func abandon(_ first: MQTTMessage, _ count: Int, _ error: any Error) {
        state.withLock { $0.isSinkRefusing = true }
        let what = count == 1 ? "a message on \(first.topic)" : "\(count) messages, the first on \(first.topic),"
        report("\(what) could not be kept and \(count == 1 ? "stays" : "stay") with the broker: \(error)")
        _ = shutdown(mosquitto_socket(client), Int32(SHUT_RDWR))
    }

    private func onPublish(packetID: Int32) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: packetID) }
        waiter?.continuation.resume()
    }
}
