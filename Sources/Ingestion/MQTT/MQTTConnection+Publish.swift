import CMosquitto
import Dispatch
import Foundation

extension MQTTConnection {
    /// A message that nobody confirms (QoS 0); who needs an answer asks again.
    struct Request: Sendable, Hashable {
        let topic: String
        let payload: Data
    }

    /// Before the subscriptions stand, an answer could be missed.
    func sendRequests() {
        guard state.withLock({ $0.isConnected && $0.subscribing.isEmpty }) else { return }
        for request in handlers.requests() { post(request) }
    }

    func post(_ request: Request) {
        _ = request.payload.withUnsafeBytes {
            mosquitto_publish(client, nil, request.topic, Int32(clamping: $0.count), $0.baseAddress, 0, false)
        }
    }

    /// Publishes with QoS 1 and returns when the broker has confirmed.
    ///
    /// A connection lost on the way does not end the wait: libmosquitto sends the message again after the reconnect. After
    /// ``MQTTError/unconfirmed(topic:timeoutMs:)`` the message may still arrive, so a caller that tries again can deliver
    /// it twice.
    public func publish(
        topic: String, payload: Data, retain: Bool = false, timeoutMs: Int = 10_000
    ) async throws {
        try await withCheckedThrowingContinuation { continuation in
            enqueue(topic: topic, payload: payload, retain: retain, timeoutMs: timeoutMs, continuation)
        }
    }

    private func enqueue(
        topic: String, payload: Data, retain: Bool, timeoutMs: Int, _ continuation: CheckedContinuation<Void, any Error>
    ) {
        // The confirmation can come before mosquitto_publish returns, on the connection's thread; the lock makes it wait
        // until its waiter is registered. libmosquitto calls back without holding a lock that publishing needs.
        let result: Result<(packetID: Int32, number: UInt64), MQTTError> = state.withLock { state in
            guard state.isConnected else { return .failure(.notConnected(endpoint: state.status.endpoint)) }
            var packetID: Int32 = 0
            let code = payload.withUnsafeBytes { bytes in
                mosquitto_publish(client, &packetID, topic, Int32(clamping: bytes.count), bytes.baseAddress, 1, retain)
            }
            guard code == MOSQ_ERR_SUCCESS.rawValue else {
                return .failure(.refusedPublish(topic: topic, reason: MQTTError.text(code)))
            }
            state.nextWaiter += 1
            state.waiters[packetID] = Waiter(number: state.nextWaiter, continuation: continuation)
            return .success((packetID, state.nextWaiter))
        }
        switch result {
        case .failure(let error): continuation.resume(throwing: error)
        case .success(let ticket):
            wakeUp.signal()
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(timeoutMs)) { [weak self] in
                self?.expire(ticket.packetID, ticket.number, MQTTError.unconfirmed(topic: topic, timeoutMs: timeoutMs))
            }
        }
    }

    private func expire(_ packetID: Int32, _ number: UInt64, _ error: MQTTError) {
        let waiter = state.withLock { state -> Waiter? in
            guard state.waiters[packetID]?.number == number else { return nil }
            return state.waiters.removeValue(forKey: packetID)
        }
        waiter?.continuation.resume(throwing: error)
    }
}
