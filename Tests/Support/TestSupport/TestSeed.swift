import Foundation

/// A seed for a test's random choices, printed; `ANDON_TEST_SEED` repeats a run.
public func testSeed(_ name: String) -> UInt64 {
    let given = ProcessInfo.processInfo.environment["ANDON_TEST_SEED"].flatMap(UInt64.init)
    let seed = given ?? .random(in: 0 ... .max)
    print("\(name): seed \(seed)")
    return seed
}
