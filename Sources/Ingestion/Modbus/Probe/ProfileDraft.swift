import Domain
import Foundation

/// A device profile that a probe found, as a file to be completed by hand.
public struct ProfileDraft: Sendable, Hashable {
    /// Names the file, see ``DeviceProfileCatalog``.
    public let name: String
    public let machineModel: String
    /// The document that names the register.
    public let source: String
    /// As the manual writes it.
    public let register: Int
    public let reading: RegisterReading
    public let codeFormat: CodeFormat
    /// What was seen, and where; a comment in the file.
    public let evidence: String

    public init(
        name: String, machineModel: String, source: String, register: Int, reading: RegisterReading,
        codeFormat: CodeFormat, evidence: String
    ) {
        self.name = name
        self.machineModel = machineModel
        self.source = source
        self.register = register
        self.reading = reading
        self.codeFormat = codeFormat
        self.evidence = evidence
    }

    /// The file's text; what was typed is quoted, so that it can't become keys of its own.
    public var yaml: String {
        """
        # \(ProfileDraft.oneLine(evidence))
        machine_model: \(ProfileDraft.quoted(machineModel))
        source: \(ProfileDraft.quoted(source))
        modbus:
          address_base: \(reading.base.rawValue)
          faults:
            - table: \(reading.table.rawValue)
              register: \(register)
              type: \(reading.number.rawValue)
              byte_order: \(reading.byteOrder.rawValue)
              no_fault: [0]
              code_format: \(ProfileDraft.quoted(codeFormat.description))

        """
    }

    private static func oneLine(_ text: String) -> String { CleanText.clean(text, limit: 200) ?? "" }

    /// YAML's single quotes know one escape: the quote, doubled.
    private static func quoted(_ text: String) -> String {
        "'" + oneLine(text).replacingOccurrences(of: "'", with: "''") + "'"
    }
}
