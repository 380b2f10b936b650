import Domain
import Foundation
import Ingestion
import Logging
import Manuals
import Synchronization

/// The main job on this machine with nothing configured: real broker, simulated PLC, sample manuals, the demonstration
/// model, and faults played through the whole chain.
public struct Demonstration: Sendable {
    /// Longest time for all scenes; llvmpipe on two cores needs a small part of it.
    static let timeLimit = Duration.seconds(900)
    static let linkTimeLimit = Duration.seconds(30)

    public typealias Report = @Sendable (DemonstrationReport) -> Void

    private let shipped: ShippedFiles
    private let keepsFiles: Bool
    private let logger: Logger
    private let report: Report

    public init(shipped: ShippedFiles, keepsFiles: Bool, logger: Logger, report: @escaping Report) {
        self.shipped = shipped
        self.keepsFiles = keepsFiles
        self.logger = logger
        self.report = report
    }

    /// Plays all scenes; cancelling the task ends everything that was started.
    ///
    /// - Throws: ``DemonstrationError`` when an answer did not arrive, or the error that stopped a part.
    public func run() async throws {
        report(.preparing("Starting a private MQTT broker and a simulated drive"))
        let plant = try DemonstrationPlant(keepsFiles: keepsFiles)
        defer { plant.dismantle() }
        let configuration = try Configuration.load(
            file: plant.writeConfiguration(),
            profiles: DeviceProfileCatalog(folders: [shipped.deviceProfiles.appendingPathComponent("machines")]),
            environment: [:])
        report(.preparing("Loading the sample manuals"))
        _ = try Library.open(plant.directory.library).importManuals([shipped.sampleManuals])
        let appliance = try Appliance(
            configuration: configuration, directory: plant.directory, shipped: shipped, logger: logger)
        report(.preparing("Loading the model"))
        let model = await appliance.loadModel()
        try Task.checkCancellation()
        // Not a child task: when something else fails or is cancelled, the appliance still stops in good order.
        let service = Task { try await appliance.run(handlingSignals: false) }
        let result = await withTaskGroup(of: Result<Void, any Error>.self) { group in
            group.addTask { await service.result }
            group.addTask {
                await Self.result {
                    try await Task.sleep(for: Self.timeLimit)
                    throw DemonstrationError("the demonstration took longer than \(Self.timeLimit)")
                }
            }
            group.addTask { await Self.result { try await play(on: plant, appliance, configuration, model) } }
            // The first to end decides: the play when all went well, otherwise whatever failed.
            let first = await group.next() ?? .success(())
            group.cancelAll()
            await appliance.shutDown()
            return first
        }
        try result.get()
        try await service.value
    }

    private static func result(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    private func play(
        on plant: DemonstrationPlant, _ appliance: Appliance, _ configuration: Configuration, _ model: ModelHost.Status
    ) async throws {
        let line = try DemonstrationLine(plant: plant, configuration: configuration, logger: logger)
        defer { line.disconnect() }
        var play = ScenePlayer(line: line, appliance: appliance, configuration: configuration, report: report)
        try await waitForLinks(appliance, line)
        report(.ready(model: "\(model)"))
        for (index, scene) in Scene.all.enumerated() {
            report(.playing(number: index + 1, count: Scene.all.count, scene))
            try await play.play(scene)
        }
        report(.finished(try await play.summary(keptAt: keepsFiles ? plant.directory.root.path : nil)))
    }

    private func waitForLinks(_ appliance: Appliance, _ line: DemonstrationLine) async throws {
        let deadline = ContinuousClock.now + Self.linkTimeLimit
        while !(line.isConnected && appliance.areLinksUp) {
            guard ContinuousClock.now < deadline else {
                throw DemonstrationError("the connections to broker and drive did not come up: \(appliance.links)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
