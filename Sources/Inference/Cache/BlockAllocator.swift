/// Gives out the blocks of the cache, counts who uses them, and finds those again whose contents are known.
///
/// A block that nobody uses any more keeps its contents until it is given out anew, the one that was given back first
/// before the others. A published block may be used by any number of texts and takes room once.
struct BlockAllocator {
    /// What a full block of a prompt holds: its tokens, and all that came before them.
    struct Key: Hashable {
        /// ``Published/id`` of the block before; 0 at the start of a text.
        let parent: UInt64
        /// Tells apart models or adapters whose keys and values differ for the same tokens.
        let seed: UInt64
        let tokens: [Int32]
    }

    /// A block whose contents others may use.
    struct Published: Equatable {
        let block: Int
        /// Stands for these contents and all before them; never given again to others.
        let id: UInt64
    }

    private struct Block {
        var users = 0
        var key: Key?
        var id: UInt64 = 0
        /// Neighbours in the list of unused blocks.
        var previous = -1
        var next = -1
    }

    /// Blocks that nobody uses; their contents may still be found.
    private(set) var unusedCount = 0

    private var blocks: [Block]
    private var published: [Key: Int] = [:]
    private var lastID: UInt64 = 0
    /// The unused blocks, from the one to be given out next.
    private var first = -1
    private var last = -1

    init(count: Int) {
        blocks = [Block](repeating: Block(), count: count)
        for block in blocks.indices { append(block) }
    }

    /// How many blocks there are.
    var count: Int { blocks.count }
    /// Blocks that somebody uses, shared ones counted once.
    var usedCount: Int { blocks.count - unusedCount }

    /// A block for one user alone, whatever it held; `nil` if all are in use.
    mutating func allocate() -> Int? {
        guard first >= 0 else { return nil }
        let block = first
        remove(block)
        forget(block)
        blocks[block].users = 1
        return block
    }

    /// The block with these contents, which the caller uses from now on; `nil` if there is none.
    mutating func find(_ key: Key) -> Published? {
        guard let block = published[key] else { return nil }
        if blocks[block].users == 0 { remove(block) }
        blocks[block].users += 1
        return Published(block: block, id: blocks[block].id)
    }

    /// Makes a block's contents known, for others to find.
    ///
    /// - Returns: the block to use from now on: this one, or the one that had the same contents before, and then the
    ///   caller no longer uses this one.
    mutating func publish(_ block: Int, as key: Key) -> Published {
        precondition(blocks[block].users > 0 && blocks[block].key == nil, "only a user publishes, and once")
        if let known = find(key) {
            release(block)
            return known
        }
        lastID += 1
        blocks[block].key = key
        blocks[block].id = lastID
        published[key] = block
        return Published(block: block, id: lastID)
    }

    /// Ends one use of a block.
    mutating func release(_ block: Int) {
        precondition(blocks[block].users > 0, "only a block in use is released")
        blocks[block].users -= 1
        if blocks[block].users == 0 { append(block) }
    }

    private mutating func forget(_ block: Int) {
        guard let key = blocks[block].key else { return }
        published[key] = nil
        blocks[block].key = nil
    }

    private mutating func append(_ block: Int) {
        blocks[block].previous = last
        blocks[block].next = -1
        if last >= 0 { blocks[last].next = block } else { first = block }
        last = block
        unusedCount += 1
    }

    private mutating func remove(_ block: Int) {
        let (previous, next) = (blocks[block].previous, blocks[block].next)
        if previous >= 0 { blocks[previous].next = next } else { first = next }
        if next >= 0 { blocks[next].previous = previous } else { last = previous }
        unusedCount -= 1
    }
}
