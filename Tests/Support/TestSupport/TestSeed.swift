import Foundation

/// A seed for a test's random choices, printed; `ANDON_TEST_SEED` repeats a run.
///
/// - Parameter usual: taken unless another is given, where what a test holds its subject against is not the subject's
///   specification but a sketch of it: there a rare choice may find the sketch wrong. Other seeds are for who looks.
public func testSeed(_ name: String, usual: UInt64? = nil) -> UInt64 {
    let given = ProcessInfo.processInfo.environment["ANDON_TEST_SEED"].flatMap(UInt64.init)
    let seed = given ?? usual ?? .random(in: 0 ... .max)
    print("\(name): seed \(seed)")
    return seed
}
