import APIClient
import Domain
import Foundation
import Ingestion
import Journal
import Logging
import Manuals
import ServiceLifecycle
import Synchronization
import Troubleshooting

/// The composition root: every part of the appliance, wired in the one direction of the data.
public final class Appliance: Sendable {
    /// Everything that happens in this appliance.
    public let feed = Feed()
    public let journal: EventJournal

    private let sources = Mutex<Sources?>(nil)
    private let running = Mutex(Running.notYet)
    let configuration: Configuration
    private let directory: DataDirectory
    let answerer: Answerer
    private let model: ModelHost
    private let lock: Mutex<ServingLock?>
    let logger: Logger

    /// Opens the journal; loads no model and connects to nothing yet. The library is opened by the first question, so that
    /// events are taken in while it cannot be read.
    ///
    /// - Parameter lock: of an appliance that is to run, taken before anything is opened.
    /// - Throws: ``ApplianceError`` or `JournalError`.
    public init(
        configuration: Configuration, directory: DataDirectory, shipped: ShippedFiles, logger: Logger,
        lock: ServingLock? = nil
    ) throws {
        try directory.create()
        self.lock = Mutex(lock)
        self.configuration = configuration
        self.directory = directory
        self.logger = logger
        journal = try EventJournal(
            path: directory.journal.path, reserveBytes: configuration.journal.reserveBytes)
        let loader = ModelLoader(
            settings: configuration.model, directory: directory, shipped: shipped, logger: logger)
        model = ModelHost(loader: loader, logger: logger)
        answerer = Answerer(
            library: Library(
                directory.library, settings: try RetrievalSettings(shipped: shipped, configuration: configuration)
            ) { recovery in
                logger.error(
                    "the library is not as it was left",
                    metadata: ["why": "\(recovery)", "mend": "andon doctor --repair"])
            },
            model: model, journal: journal, logger: logger)
    }

    /// Loads the model; without this call the first question does.
    ///
    /// - Returns: what answers are written with, for people.
    @discardableResult
    public func loadModel() async -> ModelHost.Status {
        _ = await model.generator()
        return await model.status
    }

    /// Answers one question of a person, outside of any incident.
    ///
    /// - Throws: ``ApplianceError/Code/unknownMachine``.
    public func ask(
        _ request: AskRequest, onProgress: @escaping @Sendable (AnswerProgress) -> Void = { _ in }
    ) async throws -> Answer {
        try await answer(offSharedPool { try self.question(request) }, onProgress: onProgress)
    }

    /// Answers one question that was made by a program.
    public func answer(
        _ question: Question, onProgress: @escaping @Sendable (AnswerProgress) -> Void = { _ in }
    ) async throws -> Answer {
        try await answerer.answer(question, urgency: .person, onProgress: onProgress)
    }

    /// Has the model answer a conversation, beside the appliance's own work and after it.
    ///
    /// - Throws: ``ApplianceError/Code/model`` where there is no model, `SchemaError`, `ModelError`.
    public func complete(_ request: CompletionRequest) async throws -> Completion {
        guard let generator = await model.generator() else {
            throw ApplianceError(.model, "\(await model.status)")
        }
        return try await generator.complete(request)
    }

    private func question(_ request: AskRequest) throws -> Question {
        let machine = try request.machine.map { id in
            guard let machine = configuration.machine(id) else {
                let known = configuration.machines.map(\.machine.id.rawValue).joined(separator: ", ")
                throw ApplianceError(
                    .unknownMachine,
                    "machine \"\(id)\": expected one of the configured machines (\(known.isEmpty ? "none" : known))")
            }
            return machine
        }
        return try answerer.library.question(
            request.text, machine: request.machine, machineModel: request.machineModel ?? machine?.model,
            language: request.language ?? machine?.language ?? configuration.language)
    }

    /// Takes a code that a person typed without naming a machine as an event of its own.
    @discardableResult
    func accept(typed text: String) throws -> Acceptance {
        guard let code = FaultCode(text) else {
            throw ApplianceError(.question, "\"\(text)\": expected a code with a letter or digit in it")
        }
        let report = FaultReport(code: code, message: nil, severity: nil, active: true, occurredAt: nil)
        return try journal.accept(
            Event(
                idempotencyKey: nil, source: .typed, machine: nil, receivedAt: Date(),
                payload: Payload(Data(text.utf8)), content: .fault(report)))
    }

    /// Runs until SIGTERM, SIGINT or graceful shutdown; state is consistent however it ends.
    ///
    /// - Parameters:
    ///   - signals: false leaves signals to the caller.
    ///   - onOverdue: called where some part has not stopped ``ShutdownDeadline/limit`` after it was asked to; the process
    ///     may end then, since what is not done is done after the next start. Without it, a stop takes as long as it takes.
    public func run(
        handlingSignals signals: Bool = true, onOverdue: (@Sendable () -> Void)? = nil
    ) async throws {
        try lock.withLock { lock in
            if lock == nil { lock = try ServingLock(directory) }
        }
        let rulesChange = try await offSharedPool { [journal, configuration] in
            try IncidentFolding.adopt(configuration.alarms, in: journal)
        }
        if case .changed = rulesChange { logger.notice("alarms follow other rules from now on") }
        let answersWanted = Wakeup()
        let deliveryWanted = Wakeup()
        var services: [any Service] = []
        let api = LocalAPI(
            socketPath: directory.socketPath, ask: { [self] in try await stream($0, $1) },
            complete: { [self] in try await complete($0) }, lines: { [self] in links },
            reset: { [self] in try await reset($0) }, logger: logger)
        let apiService = try api.makeService()
        if let mqtt = configuration.mqtt {
            let publisher = try MQTTConnection(
                settings: mqtt.forPublishing, filters: [], handlers: MQTTConnection.Handlers(), logger: logger)
            services.append(publisher)
            services.append(
                DeliveryService(
                    journal: journal, topic: configuration.answersTopic,
                    publish: { try await publisher.publish(topic: $0, payload: $1) }, feed: feed,
                    deliveryWanted: deliveryWanted, logger: logger))
        }
        services.append(
            AnswerService(
                journal: journal, answerer: answerer, configuration: configuration, feed: feed,
                answersWanted: answersWanted, deliveryWanted: deliveryWanted, logger: logger))
        services.append(
            AnswersAheadService(answerer: answerer, configuration: configuration, logger: logger))
        services.append(
            RetentionService(
                journal: journal, retention: configuration.journal.retention,
                closeAfterDays: configuration.journal.closeAfterDays,
                folder: configuration.journal.exportFolder.map { URL(fileURLWithPath: $0, isDirectory: true) }
                    ?? directory.exports,
                logger: logger))
        services.append(
            FoldService(
                journal: journal, feed: feed, answersWanted: answersWanted, logger: logger))
        services.append(LineWatch(journal: journal, links: { [self] in links }, logger: logger))
        services += try makeSources()
        services.append(apiService)
        if let onOverdue { services.append(ShutdownDeadline(onOverdue: onOverdue)) }
        // Stopped in reverse: first nothing new comes in, then what came is worked off or kept for the next start.
        var settings = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) },
            gracefulShutdownSignals: signals ? [.sigterm, .sigint] : [], logger: logger)
        settings.maximumGracefulShutdownDuration = ShutdownDeadline.orderlyLimit
        let group = ServiceGroup(configuration: settings)
        let isStopped = running.withLock { state in
            if case .stopRequested = state { return true }
            state = .group(group)
            return false
        }
        // The group remembers a shutdown that comes before it runs.
        if isStopped { await group.triggerGracefulShutdown() }
        try await group.run()
    }

    /// Whether there is a group to stop; a stop may be asked for before there is.
    private enum Running {
        case notYet
        case group(ServiceGroup)
        case stopRequested
    }

    /// Makes ``run(handlingSignals:)`` return once every part has stopped in order.
    public func shutDown() async {
        let group = running.withLock { state -> ServiceGroup? in
            if case .group(let group) = state { return group }
            state = .stopRequested
            return nil
        }
        await group?.triggerGracefulShutdown()
    }

    /// Where events come from, while the appliance runs.
    private struct Sources {
        var mqtt: MQTTSource?
        var modbus: ModbusSource?
        var push: ModbusEventServer?
    }

    /// How the lines to the broker and to each polled machine stand; empty before ``run(handlingSignals:)``.
    public var links: [LinkStatus] {
        sources.withLock { sources in
            (sources?.mqtt?.statuses ?? []) + (sources?.modbus?.statuses ?? [])
                + (sources?.push?.statuses ?? [])
        }
    }

    var modbusSource: ModbusSource? { sources.withLock { $0?.modbus } }

    /// Whether every configured machine is being listened to.
    public var areLinksUp: Bool {
        sources.withLock { $0 != nil } && links.allSatisfy { $0.state == .up }
    }

    private func makeSources() throws -> [any Service] {
        var routes: [MQTTRoute] = []
        var sparkplug: [SparkplugMachine] = []
        var targets: [ModbusTarget] = []
        var writers: [PushMachine] = []
        for entry in configuration.machines {
            switch entry.connection {
            case .mqtt(let topic, let payload):
                routes.append(
                    MQTTRoute(
                        topic: topic, machine: entry.machine.id, name: entry.nameInPayload, payload: payload))
            case .sparkplug(let machine): sparkplug.append(machine)
            case .modbus(let endpoint, let profile):
                targets.append(
                    ModbusTarget(
                        machine: entry.machine.id, link: endpoint.link, unit: endpoint.unit,
                        profileName: entry.profile, profile: profile, pollMs: endpoint.pollMs))
            case .push(let machine): writers.append(machine)
            }
        }
        var mqttSource: MQTTSource?
        if let mqtt = configuration.mqtt, !routes.isEmpty || !sparkplug.isEmpty {
            mqttSource = try MQTTSource(
                settings: mqtt, routes: routes, sparkplug: sparkplug, ownTopics: [configuration.answersTopic],
                sink: journal, recall: journal, logger: logger)
        }
        var modbusSource: ModbusSource?
        if !targets.isEmpty {
            modbusSource = ModbusSource(targets: targets, sink: journal, recall: journal, logger: logger)
        }
        var pushServer: ModbusEventServer?
        if let server = configuration.modbusServer, !writers.isEmpty {
            pushServer = ModbusEventServer(
                settings: server, machines: writers, sink: journal, recall: journal, logger: logger)
        }
        let made = Sources(mqtt: mqttSource, modbus: modbusSource, push: pushServer)
        sources.withLock { $0 = made }
        let services: [(any Service)?] = [mqttSource, modbusSource, pushServer]
        return services.compactMap { $0 }
    }

    private func stream(
        _ request: AskRequest, _ onEvent: @escaping @Sendable (AskEvent) -> Void
    ) async throws -> Answer {
        try await ask(request) { progress in
            if let event = AskEvent(progress) { onEvent(event) }
        }
    }
}

extension MQTTSettings {
    /// A second client beside the source: answers must not wait behind a flood of events. Its session is clean, since
    /// the journal's outbox remembers what is still to be sent.
    fileprivate var forPublishing: MQTTSettings {
        var settings = self
        settings.clientID += "-answers"
        settings.cleanSession = true
        settings.statusTopic = nil
        return settings
    }
}
