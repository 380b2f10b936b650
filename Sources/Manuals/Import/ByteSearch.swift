#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension String {
    /// Looks a word up byte for byte: in UTF-8 no character begins inside another, and an import asks this some hundred
    /// times a passage.
    func holds(_ word: String) -> Bool {
        var text = self
        var word = word
        return text.withUTF8 { text in
            word.withUTF8 { word in
                guard var place = text.baseAddress, let sought = word.baseAddress, let first = word.first else {
                    return word.isEmpty
                }
                let end = place + text.count
                while end - place >= word.count, let found = memchr(place, Int32(first), end - place - word.count + 1) {
                    if memcmp(found, sought, word.count) == 0 { return true }
                    place = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) + 1
                }
                return false
            }
        }
    }
}
