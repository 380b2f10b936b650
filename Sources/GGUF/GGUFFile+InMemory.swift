import Glibc

extension GGUFFile {
    /// What a writer would write, as a file that is on no disk; tensors that repeat a tile share its memory, so that a
    /// model of many gigabytes takes a few megabytes.
    ///
    /// - Parameters:
    ///   - name: stands for the path in messages.
    ///   - writer: `general.alignment` in it must be a multiple of the system's page size.
    /// - Throws: ``GGUFError`` for what cannot be written, or where the system gives no memory.
    public convenience init(inMemory name: String, _ writer: GGUFWriter) throws(GGUFError) {
        let page = Int(getpagesize())
        let alignment = try writer.checkedAlignment(path: name)
        guard alignment % page == 0 else {
            throw GGUFError(
                .badField, path: name, field: "metadata \"\(GGUFHeader.alignmentKey)\"",
                detail: "is \(alignment); a file in memory needs a multiple of the page size \(page)")
        }
        let header = writer.header(alignment: alignment).bytes
        let size = writer.tensors.reduce(header.count) { $0 + ($1.byteCount + alignment - 1) / alignment * alignment }
        let memory = try RepeatingMemory(byteCount: size, path: name)
        memory.copy(header, to: 0)
        var offset = header.count
        for tensor in writer.tensors {
            try memory.fill(offset..<offset + tensor.byteCount, with: tensor.tile)
            offset += (tensor.byteCount + alignment - 1) / alignment * alignment
        }
        let mapping = try memory.finish()
        self.init(path: name, header: try GGUFHeader(bytes: mapping.bytes, path: name), mapping: mapping)
    }
}

/// A range of addresses under construction, parts of which show the same memory again and again.
private final class RepeatingMemory {
    /// A mapping shows at least this much, so that a few thousand of them make a large model.
    private static let mappingBytes = 4 << 20
    private static let longestPeriodBytes = 64 << 20

    private let path: String
    private let base: UnsafeMutableRawPointer
    private let byteCount: Int
    private var isAdopted = false
    /// Open memory files by the tile that they hold, with the size of their whole repetitions.
    private var files: [ObjectIdentifier: (descriptor: Int32, byteCount: Int)] = [:]

    init(byteCount: Int, path: String) throws(GGUFError) {
        // Pages that nothing is written to take no memory.
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0), base != MAP_FAILED else {
            throw GGUFError.lastSystemError(path: path, doing: "mmap")
        }
        self.base = base
        self.byteCount = byteCount
        self.path = path
    }

    deinit {
        for file in files.values { close(file.descriptor) }
        if !isAdopted { munmap(base, byteCount) }
    }

    func copy(_ bytes: [UInt8], to offset: Int) {
        bytes.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(start: base + offset, count: $0.count).copyMemory(from: $0)
        }
    }

    /// - Parameter range: starts at a page.
    func fill(_ range: Range<Int>, with tile: GGUFTile) throws(GGUFError) {
        guard range.count > tile.bytes.count else {
            return copy(Array(tile.bytes.prefix(range.count)), to: range.lowerBound)
        }
        let (descriptor, size) = try file(of: tile)
        let page = Int(getpagesize())
        for start in stride(from: range.lowerBound, to: range.upperBound, by: size) {
            let count = min(size, range.upperBound - start)
            // What follows the last whole page is copied: the rest of its page is not the tensor's.
            let whole = count / page * page
            if whole > 0 {
                let mapped = mmap(base + start, whole, PROT_READ, MAP_SHARED | MAP_FIXED, descriptor, 0)
                guard mapped != MAP_FAILED else { throw GGUFError.lastSystemError(path: path, doing: "mmap") }
            }
            copy((whole..<count).map { tile.bytes[$0 % tile.bytes.count] }, to: start + whole)
        }
    }

    /// The mapping, which nothing can write to any more.
    func finish() throws(GGUFError) -> MappedFile {
        guard mprotect(base, byteCount, PROT_READ) == 0 else {
            throw GGUFError.lastSystemError(path: path, doing: "mprotect")
        }
        isAdopted = true
        return MappedFile(adopting: UnsafeRawBufferPointer(start: base, count: byteCount))
    }

    private func file(of tile: GGUFTile) throws(GGUFError) -> (Int32, Int) {
        if let known = files[ObjectIdentifier(tile)] { return known }
        // Whole tiles in whole pages, so that the next mapping goes on where this one ends.
        let page = Int(getpagesize())
        let period = tile.bytes.count * page / greatestCommonDivisor(tile.bytes.count, page)
        let size = (Self.mappingBytes + period - 1) / period * period
        guard size <= Self.longestPeriodBytes else {
            throw GGUFError(
                .badField, path: path, field: "tile",
                detail: "\(tile.bytes.count) bytes meet the page size after \(period) bytes only")
        }
        // A name that nobody else has, and that is gone at once.
        let name = "/gguf-tile-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw GGUFError.lastSystemError(path: path, doing: "shm_open") }
        shm_unlink(name)
        files[ObjectIdentifier(tile)] = (descriptor, size)
        guard ftruncate(descriptor, size) == 0,
            let window = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), window != MAP_FAILED
        else { throw GGUFError.lastSystemError(path: path, doing: "mmap") }
        defer { munmap(window, size) }
        tile.bytes.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: size, by: bytes.count) {
                UnsafeMutableRawBufferPointer(start: window + start, count: bytes.count).copyMemory(from: bytes)
            }
        }
        return (descriptor, size)
    }
}

private func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    second == 0 ? first : greatestCommonDivisor(second, first % second)
}
