/// Finds the names of control and user-defined tokens in text.
struct SpecialTokens: Sendable {
    private let ids: [Int32]
    private let index: ByteStringIndex
    /// The lengths that names have, longest first: the longest name at a place wins.
    private let lengths: [Int]
    private let startsName: [Bool]

    init(_ specials: [(name: [UInt8], id: Int32)]) {
        var names = ByteStrings()
        var startsName = [Bool](repeating: false, count: 256)
        for special in specials {
            names.append { $0.append(contentsOf: special.name) }
            if let first = special.name.first { startsName[Int(first)] = true }
        }
        self.startsName = startsName
        ids = specials.map(\.id)
        index = ByteStringIndex(names) { !specials[$0].name.isEmpty }
        lengths = Set(specials.map(\.name.count)).subtracting([0]).sorted(by: >)
    }

    func id(of name: ArraySlice<UInt8>) -> Int32? {
        index.find(name).map { ids[Int($0)] }
    }

    /// The first special token whose name starts at or after a position.
    func first(in bytes: [UInt8], from start: Int) -> (range: Range<Int>, id: Int32)? {
        for position in start..<bytes.count where startsName[Int(bytes[position])] {
            for length in lengths where length <= bytes.count - position {
                let range = position..<position + length
                if let id = id(of: bytes[range]) { return (range, id) }
            }
        }
        return nil
    }
}
