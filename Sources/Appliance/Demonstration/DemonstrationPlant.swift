import Domain
import Foundation
import Simulation

/// The line that the demonstration watches: a private broker, a simulated drive, and the appliance's configuration.
final class DemonstrationPlant: Sendable {
    /// The drive's fault register, as its profile says.
    static let faultRegister: UInt16 = 8449

    let broker: MosquittoBroker
    let drive: ModbusSimulator
    let directory: DataDirectory
    private let keepsFiles: Bool

    init(keepsFiles: Bool) throws {
        self.keepsFiles = keepsFiles
        // These leave nothing behind when they fail; the directory, made last, would.
        broker = try MosquittoBroker.launch()
        drive = try ModbusSimulator(firstRegister: Self.faultRegister - 1, registerCount: 8)
        // Short: the API's socket lies in it, and a socket's path holds about a hundred bytes.
        let name = "andon-demo-\(UUID().uuidString.prefix(8))"
        let root = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        directory = DataDirectory(root: root)
        try directory.create()
    }

    /// Ends the broker and the drive; removes the files unless they are kept.
    func dismantle() {
        drive.stop()
        broker.remove()
        if !keepsFiles { try? FileManager.default.removeItem(at: directory.root) }
    }

    static func topic(of machine: String) -> String { "plant/demo/\(machine)/alarm" }

    /// Writes the configuration that a site would write, and returns its place.
    func writeConfiguration() throws -> URL {
        func mqttMachine(_ id: String, _ model: String, _ language: Language) -> String {
            "  - { id: \(id), profile: generic-json, machine_model: \(model), language: \(language.rawValue),"
                + " mqtt: { topic: \"\(Self.topic(of: id))\" } }"
        }
        let text = """
            site: demo
            language: en
            mqtt: { host: \(broker.host), port: \(broker.port), client_id: andon-demo }
            answers: { topic: "\(Configuration.standardAnswersTopic)" }
            machines:
            \(mqttMachine("press-01", "halden-sp200", .english))
            \(mqttMachine("mold-01", "chengyao-im350", .traditionalChinese))
            \(mqttMachine("cnc-01", "lingfeng-vmc850", .traditionalChinese))
            \(mqttMachine("conveyor-01", "norvia-bc60", .english))
              - id: drive-01
                profile: kestrel-vx40
                language: en
                modbus: { host: \(drive.host), port: \(drive.port), unit: 1, poll_ms: 200 }
            model: { file: active, gpu: auto }

            """
        let file = directory.root.appendingPathComponent("andon.yaml")
        try Data(text.utf8).write(to: file)
        return file
    }
}
