import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The most memory that was ever resident, in KiB (getrusage(2) on Linux).
public enum PeakMemory {
    public static var ofProcess: Int { peak(RUSAGE_SELF.rawValue) }
    /// Of the largest child that has ended.
    static var ofConverters: Int { peak(RUSAGE_CHILDREN.rawValue) }

    private static func peak(_ who: __rusage_who_t) -> Int {
        var usage = rusage()
        guard getrusage(who, &usage) == 0 else { return 0 }
        return usage.ru_maxrss
    }
}

/// Adds up the pages that an import reports.
final class PageCount: Sendable {
    private let totals = Mutex<[Int: Int]>([:])

    var total: Int { totals.withLock { $0.values.reduce(0, +) } }

    func take(_ progress: ImportProgress) {
        guard case .pages(_, let total) = progress.stage else { return }
        totals.withLock { $0[progress.number] = total }
    }
}
