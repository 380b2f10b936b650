import Domain
import Foundation
import Incidents
import Inference
import Ingestion

/// What `andon.yaml` says; environment variables and flags come over it.
public struct Configuration: Sendable {
    public var site: String
    /// Of answers, where a machine says nothing else.
    public var language: Language
    /// Nil runs without a broker: Modbus machines and questions only.
    public var mqtt: MQTTSettings?
    /// Nil where no PLC writes its events into this computer.
    public var modbusServer: PushSettings?
    public var answersTopic: TopicTemplate
    public var machines: [MachineEntry]
    public var model: ModelSettings
    /// How reports become incidents, and when an incident is announced.
    public var alarms: FoldRules
    public var journal: JournalSettings
    /// How each machine model's codes are written, from the device profiles.
    public var codeForms: [MachineModel: CodeForms] = [:]
    /// The site's own words that mean the same, over the shipped ones.
    public var glossary = Configuration.standardGlossary

    /// Read where it exists; a file that the configuration names must.
    public static let standardGlossary = URL(fileURLWithPath: "/etc/andon/glossary.yaml")

    /// A configured machine and how it is reached.
    public struct MachineEntry: Sendable, Hashable {
        public enum Connection: Sendable, Hashable {
            case mqtt(TopicTemplate, PayloadProfile)
            case sparkplug(SparkplugMachine)
            case modbus(ModbusEndpoint, ModbusProfile)
            case push(PushMachine)
        }

        public let machine: Machine
        public let profile: String
        public let connection: Connection
        /// What the payloads of a topic with several machines call it; nil where they use its id.
        public let nameInPayload: String?

        public init(machine: Machine, profile: String, connection: Connection, nameInPayload: String? = nil) {
            self.machine = machine
            self.profile = profile
            self.connection = connection
            self.nameInPayload = nameInPayload
        }
    }

    /// Where a Modbus device answers.
    public struct ModbusEndpoint: Sendable, Hashable {
        public let link: ModbusLink
        public let unit: UInt8
        /// Nil polls as often as the profile says.
        public let pollMs: Int?

        public init(link: ModbusLink, unit: UInt8, pollMs: Int? = nil) {
            self.link = link
            self.unit = unit
            self.pollMs = pollMs
        }
    }

    /// Which model writes the answers, and where it runs.
    public struct ModelSettings: Sendable, Hashable {
        public enum File: Sendable, Hashable {
            /// What `andon model install` made active; the demonstration model until then.
            case active
            /// Answers are the manuals' own words.
            case none
            case path(String)
        }

        public var file: File
        /// `auto`, an index or a PCI id.
        public var gpu: String
        /// Tokens of prompt and answer together; nil takes the model's own, up to 4096.
        public var context: Int?
        /// How keys and values are kept on the GPU: Q8_0 takes about half the memory of F16.
        public var cacheFormat: CacheFormat

        public init(
            file: File = .active, gpu: String = "auto", context: Int? = nil, cacheFormat: CacheFormat = .float16
        ) {
            self.file = file
            self.gpu = gpu
            self.context = context
            self.cacheFormat = cacheFormat
        }
    }

    public init(
        site: String = "site", language: Language = .traditionalChinese, mqtt: MQTTSettings? = nil,
        modbusServer: PushSettings? = nil, answersTopic: TopicTemplate, machines: [MachineEntry] = [],
        model: ModelSettings = ModelSettings(), alarms: FoldRules = .standard,
        journal: JournalSettings = JournalSettings()
    ) {
        self.site = site
        self.language = language
        self.mqtt = mqtt
        self.modbusServer = modbusServer
        self.answersTopic = answersTopic
        self.machines = machines
        self.model = model
        self.alarms = alarms
        self.journal = journal
    }

    public static let standardAnswersTopic = "andon/answers/{machine}"

    /// In which language answers about a machine are; the site's for a machine that is not configured, or none.
    public func language(of id: MachineID?) -> Language {
        id.flatMap { machine($0) }?.language ?? language
    }

    /// What is asked of the manuals about an incident.
    func question(about incident: Incident) -> Question {
        let known = incident.machine.flatMap { machine($0) }
        return Question(
            code: incident.code, text: incident.message, machine: incident.machine, machineModel: known?.model,
            language: known?.language ?? language)
    }

    public func machine(_ id: MachineID) -> Machine? {
        machines.first { $0.machine.id == id }?.machine
    }
}
