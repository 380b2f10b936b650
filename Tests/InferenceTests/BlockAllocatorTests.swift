import Testing

@testable import Inference

@Suite("the cache's blocks")
struct BlockAllocatorTests {
    private static func key(_ tokens: [Int32], after parent: UInt64 = 0, seed: UInt64 = 0) -> BlockAllocator.Key {
        BlockAllocator.Key(parent: parent, seed: seed, tokens: tokens)
    }

    private static func allocate(_ allocator: inout BlockAllocator) throws -> Int {
        let block = allocator.allocate()
        return try #require(block)
    }

    @Test("are given out until all are in use, and again after their release, the longest unused first")
    func givesOut() {
        var allocator = BlockAllocator(count: 3)
        let blocks = (0..<3).map { _ in allocator.allocate() }
        #expect(blocks == [0, 1, 2])
        #expect(allocator.allocate() == nil)
        allocator.release(1)
        allocator.release(0)
        #expect(allocator.unusedCount == 2)
        #expect([allocator.allocate(), allocator.allocate(), allocator.allocate()] == [1, 0, nil])
    }

    @Test("keep what was published until they are given out anew")
    func keepsPublished() throws {
        var allocator = BlockAllocator(count: 2)
        let block = try Self.allocate(&allocator)
        let published = allocator.publish(block, as: Self.key([1, 2]))
        allocator.release(block)
        #expect(allocator.find(Self.key([1, 2])) == published)
        #expect(allocator.usedCount == 1)
        allocator.release(block)
        _ = allocator.allocate()
        #expect(allocator.allocate() == block, "the other one was unused for longer")
        #expect(allocator.find(Self.key([1, 2])) == nil)
    }

    @Test("with the same contents are one, and take room once")
    func sharesEquals() throws {
        var allocator = BlockAllocator(count: 3)
        let first = try Self.allocate(&allocator)
        let second = try Self.allocate(&allocator)
        let published = allocator.publish(first, as: Self.key([7]))
        #expect(allocator.publish(second, as: Self.key([7])) == published)
        #expect(allocator.usedCount == 1, "the second one is free again")
        allocator.release(first)
        #expect(allocator.usedCount == 1, "one of two users is left")
    }

    @Test("differ by what came before them and by the model")
    func tellsApart() throws {
        var allocator = BlockAllocator(count: 4)
        let block = try Self.allocate(&allocator)
        let published = allocator.publish(block, as: Self.key([7]))
        #expect(allocator.find(Self.key([7], after: published.id)) == nil)
        #expect(allocator.find(Self.key([7], seed: 1)) == nil)
        #expect(allocator.find(Self.key([7])) == published)
    }
}
