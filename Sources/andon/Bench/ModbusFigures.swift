import Dispatch
import Domain
import Foundation
import Ingestion
import Journal
import Logging
import ServiceLifecycle
import Simulation
import Synchronization

/// How well many Modbus devices keep their time while some are dead.
///
/// Every device is a libmodbus server of its own in this process, polled each second; the dead ones take requests and
/// never answer. Each live one changes its fault once a second, so that the journal works too.
struct ModbusFigures: Encodable {
    let devices: Int
    let dead: Int
    let seconds: Int
    /// Of live devices, after the warm-up.
    let polls: Int
    /// Of them, that were not answered.
    let failures: Int
    let eventsPerSecond: Double
    let lateness: Lateness

    /// After a device's beat, until its request went out, of live devices.
    struct Lateness: Encodable {
        let median: Double
        let p99: Double
        let maximum: Double

        enum CodingKeys: String, CodingKey {
            case median = "median_ms"
            case p99 = "p99_ms"
            case maximum = "max_ms"
        }
    }

    enum CodingKeys: String, CodingKey {
        case devices, dead, seconds, polls, failures, lateness
        case eventsPerSecond = "events_per_second"
    }

    /// Until the dead devices are known as such.
    private static let warmUpSeconds = 5
    private static let register: UInt16 = 100

    /// - Parameter folder: for a journal, which is removed afterwards.
    static func measure(devices: Int, dead: Int, seconds: Int, in folder: URL) async throws -> ModbusFigures {
        let place = folder.appendingPathComponent("bench-modbus-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        var plcs: [ModbusSimulator] = []
        defer { for plc in plcs { plc.stop() } }
        for index in 0..<devices {
            let plc = try ModbusSimulator(firstRegister: register, registerCount: 1)
            if index < dead { plc.behave(.mute) }
            plcs.append(plc)
        }
        let journal = try EventJournal(path: place.appendingPathComponent("journal.sqlite").path)
        // The dead devices are no news.
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let records = Mutex<[PollRecord]>([])
        let source = ModbusSource(
            targets: targets(plcs, dead: dead), sink: journal, recall: journal, logger: logger,
            observer: { record in records.withLock { $0.append(record) } })
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: source)], logger: logger))
        async let running: Void = group.run()
        for second in 0..<(warmUpSeconds + seconds) {
            if second == warmUpSeconds { records.withLock { $0 = [] } }
            for plc in plcs.dropFirst(dead) { plc.set(register, to: UInt16(second % 2 + 1)) }
            try await Task.sleep(for: .seconds(1))
        }
        let live = records.withLock { $0 }.filter { !$0.machine.rawValue.hasPrefix("dead") }
        await group.triggerGracefulShutdown()
        try await running
        let events = try journal.newestIdempotencyKeys(
            prefix: "modbus:", limit: devices * (seconds + warmUpSeconds) * 4)
        return ModbusFigures(
            devices: devices, dead: dead, seconds: seconds, live: live,
            eventsPerSecond: Double(events.count) / Double(seconds + warmUpSeconds))
    }

    private init(devices: Int, dead: Int, seconds: Int, live: [PollRecord], eventsPerSecond: Double) {
        self.devices = devices
        self.dead = dead
        self.seconds = seconds
        self.eventsPerSecond = eventsPerSecond
        polls = live.count
        failures = live.filter { !$0.succeeded }.count
        let sorted = live.map(\.latenessMs).sorted()
        func quantile(_ fraction: Double) -> Double {
            sorted.isEmpty ? .nan : sorted[Int((Double(sorted.count - 1) * fraction).rounded())]
        }
        lateness = Lateness(median: quantile(0.5), p99: quantile(0.99), maximum: quantile(1))
    }

    private static func targets(_ plcs: [ModbusSimulator], dead: Int) -> [ModbusTarget] {
        let profile = ModbusProfile(faults: [FaultPoint(register: register)])
        return plcs.enumerated().map { index, plc in
            ModbusTarget(
                machine: MachineID(rawValue: "\(index < dead ? "dead" : "live")-\(index)"),
                link: .tcp(host: plc.host, port: plc.port), profileName: "bench", profile: profile)
        }
    }

    var lines: [String] {
        [
            "\(devices) Modbus devices, \(dead) of them dead, each polled once a second for \(seconds) s:",
            "  live ones' lateness      median \(Spread.text(lateness.median)) ms, p99 \(Spread.text(lateness.p99)) ms,"
                + " max \(Spread.text(lateness.maximum)) ms over \(polls) polls",
            "  \(failures) live polls failed, \(Int(eventsPerSecond)) events/s came to the journal",
        ]
    }
}
