/// Which blocks of the cache each text has: slots, the table that shaders read, and prefixes that texts share.
///
/// Only full blocks of prompts are shared. A shared block is never written again, because a text writes only behind what
/// it has evaluated.
struct PagedCache {
    /// A text's place in the cache.
    struct Text {
        /// The row of the block table.
        let slot: Int
        /// In the order of positions.
        fileprivate(set) var blocks: [Int] = []
        /// How many of them, from the first on, are published.
        fileprivate(set) var publishedCount = 0
        fileprivate var lastID: UInt64 = 0
        fileprivate let seed: UInt64

        /// Positions whose keys and values are in published blocks.
        var publishedPositions: Int { publishedCount * AttentionShape.blockPositions }
    }

    /// Blocks of every slot, one row a slot.
    private(set) var table: [UInt32]
    /// Whether ``table`` changed since ``tableIsUploaded()``.
    private(set) var hasTableChanged = true
    private(set) var allocator: BlockAllocator
    private let blocksPerSlot: Int
    private var freeSlots: [Int]

    init(blocks: Int, slots: Int, blocksPerSlot: Int) {
        allocator = BlockAllocator(count: blocks)
        self.blocksPerSlot = blocksPerSlot
        table = [UInt32](repeating: 0, count: slots * blocksPerSlot)
        freeSlots = Array((0..<slots).reversed())
    }

    /// A place for a text; `nil` if all slots are taken.
    ///
    /// - Parameter seed: tells apart models or adapters whose keys and values differ for the same tokens.
    mutating func open(seed: UInt64 = 0) -> Text? {
        freeSlots.popLast().map { Text(slot: $0, seed: seed) }
    }

    /// Gives a text's blocks back.
    mutating func close(_ text: Text) {
        // The end of a text is the first to be overwritten: without its beginning it could not be found.
        for block in text.blocks.reversed() { allocator.release(block) }
        freeSlots.append(text.slot)
    }

    /// Takes blocks with the same beginning from the cache, as far as there are some.
    ///
    /// Nothing behind the published blocks may have been evaluated yet.
    ///
    /// - Parameter limit: positions that may come from the cache at most.
    mutating func adoptPrefix(_ text: inout Text, of prompt: ArraySlice<Int32>, limit: Int) {
        while text.publishedPositions + AttentionShape.blockPositions <= limit,
            let found = allocator.find(key(of: text, prompt))
        {
            let index = text.publishedCount
            if index < text.blocks.count {
                allocator.release(text.blocks[index])
                text.blocks[index] = found.block
            } else {
                text.blocks.append(found.block)
            }
            published(&text, found)
        }
    }

    /// Makes sure that a text has blocks for some positions.
    ///
    /// - Returns: false, with nothing changed, if there are not enough blocks.
    mutating func reserve(_ text: inout Text, positions: Int) -> Bool {
        let missing = groupCount(positions, of: AttentionShape.blockPositions) - text.blocks.count
        guard missing > 0 else { return true }
        guard missing <= allocator.unusedCount else { return false }
        for _ in 0..<missing {
            guard let block = allocator.allocate() else { return false }
            text.blocks.append(block)
            enter(block, at: text.blocks.count - 1, slot: text.slot)
        }
        return true
    }

    /// Lets others find the full blocks of a prompt that have been evaluated.
    mutating func publish(_ text: inout Text, prompt: ArraySlice<Int32>, evaluated: Int) {
        while text.publishedPositions + AttentionShape.blockPositions <= min(evaluated, prompt.count) {
            let index = text.publishedCount
            let result = allocator.publish(text.blocks[index], as: key(of: text, prompt))
            text.blocks[index] = result.block
            published(&text, result)
        }
    }

    /// Takes notice that the device has the table.
    mutating func tableIsUploaded() { hasTableChanged = false }

    private func key(of text: Text, _ prompt: ArraySlice<Int32>) -> BlockAllocator.Key {
        let start = prompt.startIndex + text.publishedPositions
        return BlockAllocator.Key(
            parent: text.lastID, seed: text.seed, tokens: Array(prompt[start..<start + AttentionShape.blockPositions]))
    }

    private mutating func published(_ text: inout Text, _ block: BlockAllocator.Published) {
        enter(block.block, at: text.publishedCount, slot: text.slot)
        text.lastID = block.id
        text.publishedCount += 1
    }

    private mutating func enter(_ block: Int, at index: Int, slot: Int) {
        let place = slot * blocksPerSlot + index
        guard table[place] != UInt32(block) else { return }
        table[place] = UInt32(block)
        hasTableChanged = true
    }
}
