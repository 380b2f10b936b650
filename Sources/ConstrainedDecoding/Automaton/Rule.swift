/// What a part of a document looks like, by index into the pools of its ``RuleBook``.
///
/// Rules hold indices and ranges only, so that taking a step copies no arrays.
enum Rule: Sendable {
    case object(Int)
    /// `[`, elements with `,` between them, `]`.
    case array(Int)
    /// A text with its quotes if it has any; a lower bound of `length` is for automata of any text only.
    case text(automaton: Int, length: ClosedRange<Int>)
    /// One of the texts of a trie in ``ByteTries``.
    case literals(root: Int)
    case integer(Int)
    case number(Int)
    /// The key of a property that is not named, from after its opening quote; the rule of ``RuleBook/objects`` it is in.
    case key(object: Int)
}

/// The elements of an array, as choices.
struct ArrayRule: Sendable {
    let prefix: [Int]
    let rest: Int?
    let count: ClosedRange<Int>

    /// What element `index` may be, nil where there is none.
    func item(_ index: Int) -> Int? { index < prefix.count ? prefix[index] : rest }
}

/// The properties of an object; a class, so that taking a step copies no arrays.
final class ObjectRule: Sendable {
    struct Property: Sendable {
        /// Bytes of the key with its quotes and the colon.
        let keyBytes: Int
        /// What the value may be.
        let choice: Int
        let isRequired: Bool
    }

    /// Properties that are not named.
    struct Additional: Sendable {
        let choice: Int
        /// The rule that writes their keys.
        let keyRule: Int
        /// Characters of the first one's key; each further one's may be longer by one, so that a key as long as it may
        /// be is never one of those before. No named key has a length up to that of the last one.
        let keyLength: Int
        /// The named keys, which these must not repeat.
        let named: Set<KeyDigest>
        /// The lengths of the named keys.
        let namedLengths: KeyLengths
    }

    let properties: [Property]
    /// The trie of the keys with their quotes and the colon; texts are numbered as the properties.
    let keys: Int
    /// The first required property from each index on, `properties.count` for none; has one more element for the end.
    let nextRequired: [Int]
    /// Required properties from each index on; has one more element for the end.
    let requiredCount: [Int]
    let additional: Additional?
    let count: ClosedRange<Int>

    init(
        properties: [Property], keys: Int, nextRequired: [Int], requiredCount: [Int], additional: Additional?,
        count: ClosedRange<Int>
    ) {
        self.properties = properties
        self.keys = keys
        self.nextRequired = nextRequired
        self.requiredCount = requiredCount
        self.additional = additional
        self.count = count
    }
}

/// Lengths of keys, modulo 64.
struct KeyLengths: Sendable {
    private var bits: UInt64 = 0

    mutating func insert(_ length: Int) { bits |= 1 << UInt64(length & 63) }
    func union(_ other: KeyLengths) -> KeyLengths {
        var result = self
        result.bits |= other.bits
        return result
    }
    func mayContain(_ length: Int) -> Bool { bits >> UInt64(length & 63) & 1 == 1 }
}

/// What tells keys apart; two keys with one digest are taken for the same, which only forbids a key that might be.
struct KeyDigest: Sendable, Hashable {
    let hash: Int
    let count: Int

    /// FNV-1a, 64 bits (Fowler, Noll, Vo).
    static let empty = Int(bitPattern: 0xCBF2_9CE4_8422_2325)

    static func adding(_ byte: UInt8, to hash: Int) -> Int { (hash ^ Int(byte)) &* 0x100_0000_01B3 }

    init(hash: Int, count: Int) {
        self.hash = hash
        self.count = count
    }

    /// - Parameter key: its bytes without quotes; `count` is of its characters.
    init(_ key: [UInt8]) {
        hash = key.reduce(Self.empty) { Self.adding($1, to: $0) }
        count = key.count { $0 & 0xC0 != 0x80 }
    }
}
