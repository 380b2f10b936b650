import Foundation

extension Encodable {
    /// For values of numbers, texts and flags, which always encode.
    var sortedJSON: Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(self)) ?? Data()
    }
}
