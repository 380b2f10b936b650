import Domain
import Foundation
import Logging
import ServiceLifecycle

/// Polls the fault registers of all Modbus machines and hands each change to the sink.
public final class ModbusSource: Service {
    /// Threads that poll devices that answer; 200 devices a second that take 50 ms each keep ten of them busy.
    static let promptThreads = 16
    /// Threads that wait for devices that did not answer the last time.
    static let retryThreads = 8

    private let reports: [DeviceReport]
    private let links: [LinkPoller]
    private let places: [MachineID: (target: ModbusTarget, link: LinkPoller)]
    private let pools: [PollPool]

    /// - Parameter recall: of the same journal as `sink`; tells which fault stood before a restart.
    public convenience init(
        targets: [ModbusTarget], sink: any EventSink, recall: any IdempotencyKeyRecall,
        clock: any WallClock = SystemClock(), logger: Logger
    ) {
        self.init(targets: targets, sink: sink, recall: recall, clock: clock, logger: logger, observer: nil)
    }

    /// - Parameter observer: called on the polling threads after each poll.
    package init(
        targets: [ModbusTarget], sink: any EventSink, recall: any IdempotencyKeyRecall,
        clock: any WallClock = SystemClock(), logger: Logger, observer: (@Sendable (PollRecord) -> Void)?
    ) {
        let lines = Dictionary(grouping: targets.indices) { targets[$0].link }
        let reports = targets.map { target in
            let neighbours = (lines[target.link] ?? []).map { targets[$0] }
            return DeviceReport(
                target.machine, endpoint: target.endpoint, silenceMs: target.silenceMs(among: neighbours),
                logger: logger)
        }
        let prompt = PollPool(name: "modbus", threads: min(lines.count, ModbusSource.promptThreads))
        let retries = PollPool(name: "modbus-retry", threads: min(lines.count, ModbusSource.retryThreads))
        let descriptors = LowDescriptors(count: lines.count)
        let startNs = Monotonic.nowNs()
        self.reports = reports
        pools = [prompt, retries]
        links = lines.map { link, members in
            let devices = members.map { index in
                DevicePoller(
                    targets[index], phase: Double(index) / Double(targets.count), startNs: startNs,
                    report: reports[index], sink: sink, recall: recall, clock: clock)
            }
            return LinkPoller(
                link, devices: devices, prompt: prompt, retries: retries, descriptors: descriptors, observer: observer)
        }
        let pollers = Dictionary(uniqueKeysWithValues: zip(lines.keys, links))
        places = Dictionary(
            targets.compactMap { target in pollers[target.link].map { (target.machine, (target, $0)) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// Takes the machine's fault back, as its profile says; never tried twice.
    ///
    /// - Parameter withinMs: a machine must not start to move when nobody expects it any more: later nothing is written.
    /// - Throws: ``MachineResetError``.
    public func reset(_ machine: MachineID, withinMs: Int = 5_000) async throws {
        let notAfterNs = Monotonic.nowNs() + Int64(withinMs) * 1_000_000
        guard let (target, link) = places[machine] else { throw MachineResetError.notPolled(machine) }
        guard let reset = target.profile.reset else {
            throw MachineResetError.notAllowed(machine, profile: target.profileName)
        }
        try await offSharedPool { try ModbusSource.perform(reset, on: target, link, notAfterNs) }
    }

    private static func perform(
        _ reset: ModbusReset, on target: ModbusTarget, _ link: LinkPoller, _ notAfterNs: Int64
    ) throws(MachineResetError) {
        do {
            try link.write(reset.request, to: target, notAfterNs: notAfterNs)
        } catch {
            throw error.leavesUnwritten ? .notDone("\(error)") : .unknown("\(error)")
        }
        guard let pulse = reset.pulse, let release = reset.release else { return }
        // The line is free for its other devices meanwhile.
        Thread.sleep(forTimeInterval: Double(pulse.afterMs) / 1000)
        do {
            // However late: the device waits for it.
            try link.write(release, to: target, notAfterNs: .max)
        } catch {
            throw .unknown("it was reset, but register \(reset.register) was not set back to \(pulse.value): \(error)")
        }
    }

    /// In the order of the targets.
    public var statuses: [LinkStatus] { reports.map(\.status) }

    /// Polls until graceful shutdown; then waits for requests under way, at most three times the longest response timeout.
    public func run() async throws {
        for link in links { link.enqueue() }
        for pool in pools { pool.start() }
        try? await gracefulShutdown()
        for pool in pools { pool.requestStop() }
        await offSharedPool { for pool in self.pools { pool.waitUntilFinished() } }
    }
}
