import CMosquitto
import Domain
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Why a connection ended, in words for whoever set it up.
extension MQTTConnection {
    /// So many sessions in a row that the broker ended soon are no accident.
    static let contestedSessions = 3
    /// Longer than the longest wait before a reconnect, so that two clients of one name never count as settled.
    static let contestedWithinNs: Int64 = 60_000_000_000
    /// A probe costs the host connections; its finding stands for this many attempts.
    private static let probeEvery = 8
    /// MQTT 5, §3.14.2.1.
    private static let sessionTakenOver: Int32 = 0x8E

    /// What an attempt or a session came to, beside the code that ended it.
    struct Course {
        /// Of ``Monotonic``; nil while no session was accepted.
        var connectedNs: Int64?
        /// The reason code of a DISCONNECT that the broker sent.
        var farewell: Int32?
        /// What ended the attempt at the socket.
        var failure: SystemFailure?
        /// What libmosquitto last said.
        var complaint: String?
    }

    /// - Parameters:
    ///   - code: of libmosquitto.
    ///   - number: `errno` as it was right after it.
    func explanation(_ code: Int32, errno number: Int32, nowNs: Int64) -> String {
        let isContested = isContested(nowNs: nowNs)
        let (course, sessions, hasReported) = state.withLock { state in
            if state.course.connectedNs != nil { state.finding = nil }
            state.contestedSessions = isContested ? state.contestedSessions + 1 : 0
            return (state.course, state.contestedSessions, state.hasReportedProblem)
        }
        if course.farewell == MQTTConnection.sessionTakenOver || sessions >= MQTTConnection.contestedSessions {
            let certainty = course.farewell == nil ? "most likely " : ""
            return "the broker at \(endpoint) ended the session of \"\(settings.clientID)\" soon after it accepted it, "
                + "\(certainty)because another client took it over; give each client a client_id of its own"
        }
        if let farewell = course.farewell {
            return "the broker at \(endpoint) ended the session: " + MQTTError.text(reasonCode: farewell)
        }
        let failed = code == MOSQ_ERR_ERRNO.rawValue && number != 0 && course.connectedNs == nil
        if let failure = course.failure ?? (failed ? SystemFailure(number: number) : nil), !failure.isRefusalToTalk {
            return failure.text(reaching: endpoint)
        }
        if code == MOSQ_ERR_EAI.rawValue {
            return "the host name \(settings.host) is not known here; correct host under mqtt, or the name server"
        }
        let plain = MQTTError.text(code, complaint: course.complaint, tls: settings.tls)
        guard course.connectedNs == nil, !hasReported, course.complaint?.contains("certificate") != true else {
            return plain
        }
        let advice = course.complaint == nil ? settings.tls.map { " Over TLS: \($0.advice)" } : nil
        return finding() ?? "\(endpoint) ended the connection without an answer in MQTT: \(plain)" + (advice ?? "")
    }

    /// Says what happened.
    ///
    /// - Returns: how long to wait before the next attempt, in milliseconds.
    func waitAfterLoss() -> Int {
        let (status, delayMs) = state.withLock { state in
            state.failures += 1
            // Two clients of one name throw each other out as fast as they come.
            let failures = max(state.failures, state.contestedSessions)
            return (state.status, settings.reconnect.delayMs(afterFailures: failures))
        }
        logger.warning(
            "no MQTT connection",
            metadata: [
                "broker": "\(status.endpoint)", "reason": "\(status.lastError ?? "")", "retry_ms": "\(delayMs)",
            ])
        return delayMs
    }

    var endpoint: String { "\(settings.host):\(settings.port)" }

    /// Whether the broker ended the session soon after it accepted it, and is there: one that is restarted answers nobody.
    private func isContested(nowNs: Int64) -> Bool {
        let course = state.withLock { $0.isSinkRefusing || $0.hasReportedProblem ? Course() : $0.course }
        guard let connectedNs = course.connectedNs, nowNs - connectedNs < MQTTConnection.contestedWithinNs else {
            return false
        }
        if let farewell = course.farewell { return farewell == MQTTConnection.sessionTakenOver }
        return BrokerProbe(host: settings.host, port: settings.port).speaks(settings.tls == nil ? .mqtt : .tls)
    }

    /// Whether the port speaks TLS where none is set, or none where it is.
    private func finding() -> String? {
        let (known, failures) = state.withLock { ($0.finding, $0.failures) }
        guard failures % MQTTConnection.probeEvery == 0 else { return known }
        let probe = BrokerProbe(host: settings.host, port: settings.port)
        var found: String?
        if settings.tls == nil, probe.speaks(.tls) {
            found =
                "\(endpoint) speaks TLS, and no tls is set under mqtt; name its authority (tls: { ca: FILE }), or "
                + "take the broker's plain port, mostly 1883"
        } else if settings.tls != nil, probe.speaks(.mqtt) {
            found =
                "\(endpoint) speaks MQTT without TLS, and tls is set under mqtt; take the broker's TLS port, mostly 8883"
        }
        state.withLock { $0.finding = found }
        return found
    }

    /// A session that others contest is up only once it has lasted.
    func settle(nowNs: Int64) {
        let hasLasted = state.withLock { state in
            state.turnedNs = nowNs
            guard state.contestedSessions >= MQTTConnection.contestedSessions, state.isConnected,
                let connectedNs = state.course.connectedNs, nowNs - connectedNs > MQTTConnection.contestedWithinNs
            else { return false }
            state.contestedSessions = 0
            return true
        }
        if hasLasted { noteSubscriptions() }
    }

    /// As it stands now: a connection whose thread stands still is not up, whatever it said last.
    func status(nowNs: Int64) -> LinkStatus {
        state.withLock { state in
            var status = state.status
            let stillNs = nowNs - state.turnedNs
            if status.state == .up, stillNs > Int64(settings.keepAliveSeconds) * 3_000_000_000 {
                status.state = .degraded
                status.lastError =
                    "nothing was read from \(endpoint) for \(stillNs / 1_000_000_000) s; is the disk too slow?"
            }
            return status
        }
    }
}
