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
    /// A string's number and half of its hash, so that most of the slots that hold another string are passed over without
    /// looking at it: the strings are spread over memory and each look is a cache miss.
    private struct Slot {
        var number: Int32 = -1
        var hash: UInt32 = 0
    }

    private let strings: ByteStrings
    /// A power of two long and at most half full.
    private var slots: [Slot]

    /// - Parameter isMember: whether the string of a number can be found. Of equal strings the first is.
    init(_ strings: ByteStrings, where isMember: (Int) -> Bool) {
        self.strings = strings
        var capacity = 16
        while capacity < 2 * strings.count { capacity *= 2 }
        slots = [Slot](repeating: Slot(), count: capacity)
        for number in 0..<strings.count where isMember(number) {
            let (place, hash) = locate(strings[number])
            if slots[place].number < 0 { slots[place] = Slot(number: Int32(number), hash: hash) }
        }
    }

    func find(_ bytes: ArraySlice<UInt8>) -> Int32? {
        let number = slots[locate(bytes).place].number
        return number < 0 ? nil : number
    }

    /// The place of the slot that holds the string, or of the empty one where it belongs. The hash is seeded anew in each
    /// process, so that no file can be made whose strings all collide.
    private func locate(_ bytes: ArraySlice<UInt8>) -> (place: Int, hash: UInt32) {
        var hasher = Hasher()
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        let full = UInt64(bitPattern: Int64(hasher.finalize()))
        let hash = UInt32(truncatingIfNeeded: full >> 32)
        var place = Int(truncatingIfNeeded: full) & (slots.count - 1)
        while slots[place].number >= 0, slots[place].hash != hash || strings[Int(slots[place].number)] != bytes {
            place = (place + 1) & (slots.count - 1)
        }
        return (place, hash)
    }
}
