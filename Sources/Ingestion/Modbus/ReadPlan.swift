/// The fewest requests that read some places of a device within its limits.
struct ReadPlan: Sendable, Hashable {
    /// Histories first: a fault that comes between two requests is then told by its register first, or by both.
    let requests: [ReadRequest]

    init(_ points: [FaultPoint], maxRegisters: Int, maxGap: Int) {
        let histories = points.filter(\.isHistory)
        let others = points.filter { !$0.isHistory }
        requests = [histories, others].flatMap { points in
            FaultPoint.Table.allCases.flatMap { table in
                ReadPlan.requests(points.filter { $0.table == table }, table, maxRegisters, maxGap)
            }
        }
    }

    private static func requests(
        _ points: [FaultPoint], _ table: FaultPoint.Table, _ maxRegisters: Int, _ maxGap: Int
    ) -> [ReadRequest] {
        let limit = table.holdsBits ? ModbusProfile.mostBits : maxRegisters
        var ranges: [Range<Int>] = []
        for range in points.flatMap({ pieces(of: $0, limit) }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = ranges.last, range.lowerBound <= last.upperBound + maxGap,
                max(range.upperBound, last.upperBound) - last.lowerBound <= limit
            {
                ranges[ranges.count - 1] = last.lowerBound..<max(range.upperBound, last.upperBound)
            } else {
                ranges.append(range)
            }
        }
        return ranges.map { ReadRequest(table: table, first: UInt16($0.lowerBound), count: $0.count) }
    }

    /// Fields and lists may come in several replies, a value must not.
    private static func pieces(of point: FaultPoint, _ limit: Int) -> [Range<Int>] {
        let first = Int(point.register)
        let end = first + point.length
        guard !point.isAtomic else { return [first..<end] }
        return stride(from: first, to: end, by: limit).map { $0..<min($0 + limit, end) }
    }
}

/// What the requests of one poll read.
struct RegisterImage: Sendable {
    private var values: [FaultPoint.Table: [Int: UInt16]] = [:]

    mutating func store(_ read: [UInt16], of request: ReadRequest) {
        for (offset, value) in read.enumerated() {
            values[request.table, default: [:]][Int(request.first) + offset] = value
        }
    }

    /// - Returns: nil when the poll did not read all of the place.
    func signals(of point: FaultPoint) -> [FaultSignal]? {
        let read = (0..<point.length).compactMap { values[point.table]?[Int(point.register) + $0] }
        return read.count == point.length ? point.signals(in: read) : nil
    }
}
