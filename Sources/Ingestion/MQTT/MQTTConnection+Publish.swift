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
    /// it twice. The same holds where the task is cancelled, which ends the wait at once.
    public func publish(
        topic: String, payload: Data, retain: Bool = false, timeoutMs: Int = 10_000
    ) async throws {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(
                    topic: topic, payload: payload, retain: retain, timeoutMs: timeoutMs,
                    Waiter(number: number, continuation: continuation))
                // Cancelled before there was anybody to tell.
                if Task.isCancelled { expire(number, CancellationError()) }
            }
        } onCancel: {
            expire(number, CancellationError())
        }
    }

    private func enqueue(
        topic: String, payload: Data, retain: Bool, timeoutMs: Int, _ waiter: Waiter
    ) {
        // The confirmation can come before mosquitto_publish returns, on the connection's thread; the lock makes it wait
        // until its waiter is registered. libmosquitto calls back without holding a lock that publishing needs.
        let failure: MQTTError? = state.withLock { state in
            guard state.isConnected else { return .notConnected(endpoint: state.status.endpoint) }
            var packetID: Int32 = 0
            let code = payload.withUnsafeBytes { bytes in
                mosquitto_publish(client, &packetID, topic, Int32(clamping: bytes.count), bytes.baseAddress, 1, retain)
            }
            guard code == MOSQ_ERR_SUCCESS.rawValue else {
                return .refusedPublish(topic: topic, reason: MQTTError.text(code))
            }
            state.waiters[packetID] = waiter
            return nil
        }
        if let failure { return waiter.continuation.resume(throwing: failure) }
        wakeUp.signal()
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(timeoutMs)) { [weak self] in
            self?.expire(waiter.number, MQTTError.unconfirmed(topic: topic, timeoutMs: timeoutMs))
        }
    }

    private func expire(_ number: UInt64, _ error: any Error) {
        let waiter = state.withLock { state -> Waiter? in
            guard let packetID = state.waiters.first(where: { $0.value.number == number })?.key else { return nil }
            return state.waiters.removeValue(forKey: packetID)
        }
        waiter?.continuation.resume(throwing: error)
    }
}
