/// Many short byte strings in one allocation, numbered from 0.
struct ByteStrings: Sendable {
    private(set) var storage: [UInt8] = []
    /// Where each string starts, and after the last where it ends.
    private var starts: [Int] = [0]

    var count: Int { starts.count - 1 }

    subscript(index: Int) -> ArraySlice<UInt8> { storage[starts[index]..<starts[index + 1]] }

    /// Adds a string that the body appends to the storage.
    mutating func append<Result>(_ body: (inout [UInt8]) -> Result) -> Result {
        let result = body(&storage)
        starts.append(storage.count)
        return result
    }
}

/// Finds the number of a byte string; a hash table with open addressing over ``ByteStrings``.
///
/// A dictionary keyed by `String` would do Unicode normalisation and hold tokens for equal that differ in bytes; one keyed
/// by `[UInt8]` hashes a byte at a time and allocates for each key.
struct ByteStringIndex: Sendable {
    private let strings: ByteStrings
    /// String numbers, -1 where empty; a power of two long and at most half full.
    private var slots: [Int32]

    /// - Parameter isMember: whether the string of a number can be found. Of equal strings the first is.
    init(_ strings: ByteStrings, where isMember: (Int) -> Bool) {
        self.strings = strings
        var capacity = 16
        while capacity < 2 * strings.count { capacity *= 2 }
        slots = [Int32](repeating: -1, count: capacity)
        for number in 0..<strings.count where isMember(number) {
            let slot = self.slot(of: strings[number])
            if slots[slot] < 0 { slots[slot] = Int32(number) }
        }
    }

    func find(_ bytes: ArraySlice<UInt8>) -> Int32? {
        let number = slots[slot(of: bytes)]
        return number < 0 ? nil : number
    }

    /// The slot that holds the string, or the empty one where it belongs.
    private func slot(of bytes: ArraySlice<UInt8>) -> Int {
        var hasher = Hasher()
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        var slot = hasher.finalize() & (slots.count - 1)
        while slots[slot] >= 0, strings[Int(slots[slot])] != bytes {
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }
}
