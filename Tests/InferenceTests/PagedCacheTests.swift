import TestSupport
import Testing

@testable import Inference

@Suite("the paged cache")
struct PagedCacheTests {
    private static let blockSize = AttentionShape.blockPositions

    /// A prompt of whole blocks and a rest.
    private static func prompt(_ blocks: Int, rest: Int = 1, first: Int32 = 0) -> [Int32] {
        (0..<Int32(blocks * blockSize + rest)).map { first &* 1000 + $0 }
    }

    private static func open(_ cache: inout PagedCache) throws -> PagedCache.Text {
        let text = cache.open()
        return try #require(text)
    }

    @Test("a text finds the beginning that another one has evaluated")
    func findsPrefix() throws {
        var cache = PagedCache(blocks: 8, slots: 2, blocksPerSlot: 4)
        let prompt = Self.prompt(2)
        var first = try Self.open(&cache)
        #expect(cache.reserve(&first, positions: prompt.count))
        cache.publish(&first, prompt: prompt[...], evaluated: prompt.count)
        #expect(first.publishedPositions == 2 * Self.blockSize)
        var second = try Self.open(&cache)
        cache.adoptPrefix(&second, of: prompt[...], limit: prompt.count - 1)
        #expect(second.publishedPositions == 2 * Self.blockSize)
        #expect(second.blocks == Array(first.blocks.prefix(2)))
        #expect(Array(cache.table[4..<6]) == first.blocks.prefix(2).map { UInt32($0) })
        #expect(cache.allocator.usedCount == 3)
        #expect(cache.open() == nil, "both slots are taken")
    }

    @Test("a refused reservation changes nothing")
    func refusesWhole() throws {
        var cache = PagedCache(blocks: 3, slots: 2, blocksPerSlot: 4)
        var first = try Self.open(&cache)
        #expect(cache.reserve(&first, positions: 2 * Self.blockSize))
        var second = try Self.open(&cache)
        #expect(!cache.reserve(&second, positions: 2 * Self.blockSize))
        #expect(second.blocks.isEmpty && cache.allocator.unusedCount == 1)
        cache.close(first)
        #expect(cache.reserve(&second, positions: 2 * Self.blockSize))
    }

    @Test("under random texts every block has one owner or one content, and none is lost")
    func keepsCount() throws {
        let seed = testSeed("paged cache")
        var random = SeededGenerator(seed: seed)
        let (blocks, slots, perSlot) = (13, 5, 6)
        var cache = PagedCache(blocks: blocks, slots: slots, blocksPerSlot: perSlot)
        var texts: [(place: PagedCache.Text, prompt: [Int32])] = []
        for _ in 0..<3000 {
            if Bool.random(using: &random), let place = cache.open() {
                // Few beginnings, so that many are shared.
                let prompt = Self.prompt(
                    Int.random(in: 0...3, using: &random), rest: 3, first: Int32.random(in: 0...2, using: &random))
                var text = (place: place, prompt: prompt)
                cache.adoptPrefix(&text.place, of: prompt[...], limit: prompt.count - 1)
                let positions = Int.random(in: prompt.count...perSlot * Self.blockSize, using: &random)
                if cache.reserve(&text.place, positions: positions) {
                    cache.publish(&text.place, prompt: prompt[...], evaluated: prompt.count)
                    texts.append(text)
                } else {
                    cache.close(text.place)
                }
            } else if let index = texts.indices.randomElement(using: &random) {
                cache.close(texts.remove(at: index).place)
            }
            var owned: [Int: Int] = [:]
            for text in texts {
                for (index, block) in text.place.blocks.enumerated() {
                    #expect(cache.table[text.place.slot * perSlot + index] == UInt32(block), "seed \(seed)")
                    if index >= text.place.publishedCount { owned[block, default: 0] += 1 }
                }
            }
            let published = Set(texts.flatMap { $0.place.blocks.prefix($0.place.publishedCount) })
            #expect(owned.values.allSatisfy { $0 == 1 }, "seed \(seed): a block that is written has one text")
            #expect(published.isDisjoint(with: owned.keys), "seed \(seed): a shared block is not written")
            #expect(cache.allocator.usedCount == published.count + owned.count, "seed \(seed)")
        }
        for text in texts { cache.close(text.place) }
        #expect(cache.allocator.usedCount == 0, "seed \(seed)")
    }
}
