import Ingestion
import Terminal

/// What a probe found, as `--json` gives it.
struct ProbeReport: Encodable {
    let endpoint: String
    let unit: UInt8
    var sightings: [RegisterSighting]?
    /// The readings that showed the expected fault, the plainest first.
    var matches: [RegisterReading]?
    /// The file that was written.
    var profile: String?
}

extension RegisterSighting: Encodable {
    private enum CodingKeys: String, CodingKey {
        case base, table, address, registers, refusal, values, ascii
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(base.rawValue, forKey: .base)
        try container.encode(table.rawValue, forKey: .table)
        try container.encode(address, forKey: .address)
        try container.encodeIfPresent(refusal, forKey: .refusal)
        guard refusal == nil else { return }
        try container.encode(registers, forKey: .registers)
        try container.encode(ascii, forKey: .ascii)
        let texts = values.map { ("\($0.reading.number.rawValue) \($0.reading.byteOrder.rawValue)", $0.text) }
        try container.encode(Dictionary(texts) { first, _ in first }, forKey: .values)
    }
}

extension RegisterReading: Encodable {
    private enum CodingKeys: String, CodingKey {
        case base, table, type
        case byteOrder = "byte_order"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(base.rawValue, forKey: .base)
        try container.encode(table.rawValue, forKey: .table)
        try container.encode(number.rawValue, forKey: .type)
        try container.encode(byteOrder.rawValue, forKey: .byteOrder)
    }
}

/// Shows for people what a probe found.
enum ProbePrinter {
    /// The readings side by side: a column a base and table, a row a type and byte order.
    static func show(_ sightings: [RegisterSighting]) {
        var table = TextTable(
            header: ["read as"] + sightings.map { "base \($0.base.rawValue) \($0.table.rawValue) \($0.address)" })
        let values = sightings.map(\.values)
        let longest = values.max { $0.count < $1.count } ?? []
        for row in longest.indices {
            let reading = longest[row].reading
            let cells = values.map { $0.indices.contains(row) ? $0[row].text : "-" }
            table.add(["\(reading.number.rawValue) \(reading.byteOrder.rawValue)"] + cells)
        }
        table.add(["hex"] + sightings.map { $0.registers.map(hexadecimal).joined(separator: " ") })
        table.add(["ASCII"] + sightings.map(\.ascii))
        Output.write(table.lines)
        for sighting in sightings {
            guard let refusal = sighting.refusal else { continue }
            Output.write("The device refuses \(sighting.table.rawValue) \(sighting.address): \(refusal)")
        }
    }

    private static func hexadecimal(_ register: UInt16) -> String {
        let digits = String(register, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    static func show(_ report: ProbeReport) {
        Output.write("\(report.endpoint) answers as unit \(report.unit).")
        for (index, match) in (report.matches ?? []).enumerated() {
            Output.write(
                (index == 0 ? "The fault shows as " : "It could also be ")
                    + "\(match.number.rawValue) \(match.byteOrder.rawValue), \(match.table.rawValue) table, base"
                    + " \(match.base.rawValue).")
        }
        if let profile = report.profile { Output.write("Wrote \(profile)") }
    }
}
