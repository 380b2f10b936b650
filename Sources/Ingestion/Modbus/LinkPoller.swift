import Domain
import Synchronization

/// Polls the devices of one line, one at a time, in the order in which they are due.
final class LinkPoller: Sendable {
    private struct State {
        var devices: [DevicePoller]
        /// Nil until the first poll, and where the line's settings are refused.
        var connection: ModbusConnection?

        var indexOfNext: Int {
            var best = 0
            for index in devices.indices where devices[index].dueNs < devices[best].dueNs { best = index }
            return best
        }
    }

    private let link: ModbusLink
    /// Held during a poll or a write; a line is in one pool at a time, so few others want it then.
    private let state: Mutex<State>
    private let prompt: PollPool
    private let retries: PollPool
    private let observer: (@Sendable (PollRecord) -> Void)?
    private let descriptors: LowDescriptors

    /// - Parameters:
    ///   - devices: at least one.
    ///   - prompt: polls devices that answer.
    ///   - retries: polls devices that did not answer the last time.
    ///   - descriptors: has one for this line.
    init(
        _ link: ModbusLink, devices: sending [DevicePoller], prompt: PollPool, retries: PollPool,
        descriptors: LowDescriptors,
        observer: (@Sendable (PollRecord) -> Void)?
    ) {
        self.link = link
        self.prompt = prompt
        self.retries = retries
        self.observer = observer
        self.descriptors = descriptors
        state = Mutex(State(devices: devices))
    }

    /// Puts the line's next poll into the pool that fits the device.
    func enqueue() {
        let (dueNs, isSuspect) = state.withLock { state in
            let device = state.devices[state.indexOfNext]
            return (device.dueNs, device.health.failures > 0)
        }
        // A device that failed once is no longer trusted with a prompt thread: it costs those one timeout, ever.
        (isSuspect ? retries : prompt).add(PollPool.Job(dueNs: dueNs) { self.pollNext() })
    }

    private func pollNext() {
        let startNs = Monotonic.nowNs()
        let record = state.withLock { state in
            let index = state.indexOfNext
            let dueNs = state.devices[index].dueNs
            let failure = poll(&state, index)
            if let failure, failure.concernsLink {
                for other in state.devices.indices where other != index { state.devices[other].lineFailed(failure) }
            }
            return PollRecord(
                machine: state.devices[index].target.machine, latenessMs: Double(startNs - dueNs) / 1e6,
                durationMs: Double(Monotonic.nowNs() - startNs) / 1e6, succeeded: failure == nil)
        }
        observer?(record)
        enqueue()
    }

    /// Writes to a device between two polls. Blocks for a poll and the write.
    ///
    /// - Parameter notAfterNs: of ``Monotonic``; what cannot be sent by then is not sent.
    func write(_ request: WriteRequest, to target: ModbusTarget, notAfterNs: Int64) throws(ModbusError) {
        try state.withLock { (state) throws(ModbusError) in
            try connection(&state).write(
                request, unit: target.unit, timeoutMs: target.profile.responseTimeoutMs, notAfterNs: notAfterNs)
        }
    }

    private func connection(_ state: inout State) throws(ModbusError) -> ModbusConnection {
        let connection =
            if let open = state.connection { open } else { try ModbusConnection(link, descriptors: descriptors) }
        state.connection = connection
        return connection
    }

    private func poll(_ state: inout State, _ index: Int) -> ModbusError? {
        do throws(ModbusError) {
            return state.devices[index].poll(try connection(&state))
        } catch {
            state.devices[index].lineFailed(error)
            return error
        }
    }
}
