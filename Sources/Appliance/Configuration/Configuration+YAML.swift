import Domain
import Foundation
import Incidents
import Inference
import Ingestion

extension Configuration {
    /// Reads `andon.yaml` and the environment over it.
    ///
    /// - Parameter file: nil is an appliance with nothing configured: questions and manuals only.
    /// - Parameter profiles: where the machines' profiles are looked up.
    /// - Throws: ``ApplianceError/Code/configuration`` or `StrictYAMLError`, naming file, line and expectation.
    public static func load(
        file: URL?, profiles: DeviceProfileCatalog,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> Configuration {
        var configuration = Configuration(answersTopic: try TopicTemplate(standardAnswersTopic))
        if let file {
            guard let text = FileManager.default.contents(atPath: file.path) else {
                throw ApplianceError(.configuration, "\(file.path): expected a readable configuration file")
            }
            configuration = try Configuration(file: file.path, text: text, profiles: profiles)
        }
        try configuration.takeCodeForms(from: profiles)
        try configuration.apply(environment)
        return configuration
    }

    private init(file: String, text: Data, profiles: DeviceProfileCatalog) throws {
        let root = try StrictYAMLMap(file: file, text: text)
        let site = try root.string("site") ?? "site"
        let language = try root.choice("language", of: Language.self) ?? .traditionalChinese
        let broker = try root.map("mqtt")
        let topics = try broker?.topicsOfMachines()
        let mqtt = try broker.map { try MQTTSettings(yaml: $0, site: site) }
        let modbusServer = try root.map("modbus_server").map { try PushSettings(yaml: $0) }
        let answers = try root.map("answers")
        let topic = try answers?.string("topic")
        try answers?.finish()
        let answersTopic = try TopicTemplate(topic ?? Configuration.standardAnswersTopic)
        guard answersTopic.isPublishable else {
            throw root.error("answers", expected: "a topic without wildcards to publish to")
        }
        var entries: [MachineEntry] = []
        for map in try root.maps("machines") ?? [] {
            let entry = try MachineEntry(yaml: map, language: language, profiles: profiles, topics: topics)
            guard !entries.contains(where: { $0.machine.id == entry.machine.id }) else {
                throw map.error("id", expected: "a name that no other machine has, got \"\(entry.machine.id)\" twice")
            }
            try entry.checkMQTT(beside: entries, hasBroker: mqtt != nil, map)
            try entry.checkTopic(beside: entries, own: [answersTopic, MQTTPresence.topics], map)
            try entry.checkModbus(beside: entries, hasServer: modbusServer != nil, map)
            entries.append(entry)
        }
        let model = try root.map("model").map { try ModelSettings(yaml: $0) } ?? ModelSettings()
        let alarms = try root.map("alarms").map { try FoldRules(yaml: $0) } ?? .standard
        let journal = try root.map("journal").map { try JournalSettings(yaml: $0) } ?? JournalSettings()
        let glossary = try root.string("glossary")
        try root.finish()
        self.init(
            site: site, language: language, mqtt: mqtt, modbusServer: modbusServer, answersTopic: answersTopic,
            machines: entries, model: model, alarms: alarms, journal: journal)
        if let glossary { self.glossary = URL(fileURLWithPath: glossary) }
    }

    /// A generic profile tells about the models of the machines that use it.
    private mutating func takeCodeForms(from profiles: DeviceProfileCatalog) throws {
        codeForms = try profiles.codeForms()
        for entry in machines {
            let forms = try profiles.profile(named: entry.profile).codeForms
            codeForms[entry.machine.model] = codeForms[entry.machine.model]?.merged(with: forms) ?? forms
        }
    }

    /// `ANDON_LANGUAGE`, `ANDON_MQTT_HOST`, `ANDON_MQTT_PORT`, `ANDON_MODEL` and `ANDON_GPU` override the file.
    private mutating func apply(_ environment: [String: String]) throws {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let text = value("ANDON_LANGUAGE") {
            guard let language = Language(rawValue: text) else {
                throw ApplianceError(.configuration, "ANDON_LANGUAGE: expected zh-TW or en, got \"\(text)\"")
            }
            self.language = language
        }
        if let host = value("ANDON_MQTT_HOST") {
            if mqtt == nil { mqtt = MQTTSettings(host: host, clientID: "andon-\(site)") }
            mqtt?.host = host
        }
        if let text = value("ANDON_MQTT_PORT") {
            guard let port = UInt16(text), port > 0 else {
                throw ApplianceError(.configuration, "ANDON_MQTT_PORT: expected 1 to 65535, got \"\(text)\"")
            }
            mqtt?.port = port
        }
        if let file = value("ANDON_MODEL") { model.file = ModelSettings.File(text: file) }
        if let gpu = value("ANDON_GPU") { model.gpu = gpu }
    }
}

extension Configuration.MachineEntry {
    /// - Parameter topics: of machines that name none.
    fileprivate init(
        yaml map: StrictYAMLMap, language: Language, profiles: DeviceProfileCatalog, topics: TopicTemplate?
    ) throws {
        guard let id = MachineID(checking: try map.requiredString("id")) else {
            throw map.error("id", expected: "1 to 64 letters, digits, - _ . (it becomes a topic level)")
        }
        let profileName = try map.requiredString("profile")
        let profile = try map.placing("profile") { try profiles.profile(named: profileName) }
        let modelName = try map.string("machine_model")
        guard let model = modelName.map(MachineModel.init(rawValue:)) ?? profile.machineModel else {
            throw map.error("profile", expected: "the key machine_model beside it: \(profileName) serves any model")
        }
        let language = try map.choice("language", of: Language.self) ?? language
        let places = (
            mqtt: try map.map("mqtt"), sparkplug: try map.map("sparkplug"), modbus: try map.map("modbus"),
            push: try map.map("push")
        )
        let connection: Connection
        var nameInPayload: String?
        switch (profile.transport, places.mqtt, places.sparkplug, places.modbus, places.push) {
        case (.mqtt(let payload), let mqtt?, nil, nil, nil):
            let topic = try mqtt.requiredString("topic")
            connection = .mqtt(try mqtt.placing("topic") { try TopicTemplate(topic) }.narrowed(to: id), payload)
            nameInPayload = try mqtt.string("name")
            guard nameInPayload == nil || payload.namesMachine else {
                throw mqtt.error(
                    "name", expected: "a profile that says where the payload has it (fields: { machine: … })")
            }
            try mqtt.finish()
        case (.sparkplug(let metrics), nil, let sparkplug?, nil, nil):
            connection = .sparkplug(
                SparkplugMachine(
                    machine: id, address: try SparkplugAddress(yaml: sparkplug), profileName: profileName,
                    profile: metrics))
        case (.modbus(let registers), nil, nil, let modbus?, nil):
            connection = .modbus(try Configuration.ModbusEndpoint(yaml: modbus), registers)
        case (.push(let naming), nil, nil, nil, let push?):
            connection = .push(try PushMachine(yaml: push, machine: id, profileName: profileName, naming: naming))
        case (.mqtt(let payload), nil, nil, nil, nil):
            guard let topics else { fallthrough }
            connection = .mqtt(topics.narrowed(to: id), payload)
        case (.mqtt, _, _, _, _):
            throw map.error("profile", expected: "the key mqtt with a topic: \(profileName) speaks MQTT")
        case (.sparkplug, _, _, _, _):
            throw map.error(
                "profile", expected: "the key sparkplug with group and node: \(profileName) speaks Sparkplug B")
        case (.modbus, _, _, _, _):
            throw map.error(
                "profile", expected: "the key modbus with a host or a serial device: \(profileName) speaks Modbus")
        case (.push, _, _, _, _):
            throw map.error(
                "profile", expected: "the key push with client and number: the PLC of \(profileName) writes its events")
        }
        try map.finish()
        self.init(
            machine: Machine(id: id, model: model, language: language), profile: profileName,
            connection: connection, nameInPayload: nameInPayload)
    }
}

extension Configuration.ModelSettings {
    fileprivate init(yaml map: StrictYAMLMap) throws {
        self.init(
            file: try map.string("file").map(File.init(text:)) ?? .active, gpu: try map.string("gpu") ?? "auto",
            context: try map.integer("context", in: 512...1_048_576),
            cacheFormat: try map.choice("cache", of: CacheFormat.self) ?? .float16)
        try map.finish()
    }
}

extension Configuration.ModelSettings.File {
    init(text: String) {
        switch text {
        case "active": self = .active
        case "none": self = .none
        default: self = .path(text)
        }
    }
}

extension StrictYAMLMap {
    /// Gives an error about a key's value the file and line of that key.
    func placing<Value>(_ key: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as StrictYAMLError {
            // Of another file, which it names itself.
            throw error
        } catch {
            throw self.error(key, expected: "\(error)")
        }
    }
}
