import Domain
import Foundation
import Testing

@Suite("Waiting by the clock that no one sets")
struct MonotonicSemaphoreTests {
    @Test("a wait ends at its time, not before, and says that nothing came")
    func timeout() {
        let semaphore = MonotonicSemaphore()
        let start = Monotonic.nowNs()
        #expect(!semaphore.wait(milliseconds: 30))
        #expect(Monotonic.nowNs() - start >= 30_000_000)
        #expect(!semaphore.wait(untilNs: 0))
    }

    @Test("each signal ends one wait, of a thread that waits already too")
    func signals() {
        let semaphore = MonotonicSemaphore(value: 1)
        #expect(semaphore.wait(milliseconds: 0))
        #expect(!semaphore.wait(milliseconds: 0))
        let answered = MonotonicSemaphore()
        Thread {
            semaphore.wait()
            answered.signal()
        }.start()
        semaphore.signal()
        #expect(answered.wait(milliseconds: 240_000))
        #expect(!semaphore.wait(milliseconds: 0))
    }
}
