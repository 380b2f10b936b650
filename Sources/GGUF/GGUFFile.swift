/// A GGUF file, mapped into memory, with its header parsed and every size in it checked.
///
/// Version 3, little-endian. Nothing that the header says is used before it has been checked against the file's size,
/// so that a truncated or lying file is an error that names the field. The tensors' contents are not read here.
///
/// Source: the GGUF specification, `docs/gguf.md` of ggml-org/ggml.
public final class GGUFFile: Sendable {
    public let path: String
    public let version: Int
    /// Every metadata value by its key.
    public let metadata: [String: GGUFValue]
    /// The metadata keys in the order of the file.
    public let metadataKeys: [String]
    /// The tensors in the order of the file.
    public let tensors: [GGUFTensor]
    /// What tensor offsets are multiples of, in bytes; a power of two.
    public let alignment: Int
    private let tensorIndex: [String: Int]
    private let mapping: MappedFile

    /// The file's size in bytes.
    public var byteCount: Int { mapping.bytes.count }

    /// Maps a file and parses its header.
    ///
    /// - Throws: ``GGUFError`` naming the file, the field and what was expected there.
    public convenience init(path: String) throws(GGUFError) {
        let mapping = try MappedFile(path: path)
        self.init(path: path, header: try GGUFHeader(bytes: mapping.bytes, path: path), mapping: mapping)
    }

    init(path: String, header: GGUFHeader, mapping: MappedFile) {
        self.path = path
        self.mapping = mapping
        version = header.version
        metadata = header.metadata
        metadataKeys = header.metadataKeys
        tensors = header.tensors
        alignment = header.alignment
        tensorIndex = header.tensorIndex
    }

    /// The tensor of a name.
    ///
    /// - Throws: ``GGUFError`` with code `missing`.
    public func tensor(_ name: String) throws(GGUFError) -> GGUFTensor {
        guard let tensor = tensorIfPresent(name) else {
            throw GGUFError(.missing, path: path, field: "tensor \"\(name)\"", detail: "is not in the file")
        }
        return tensor
    }

    /// The tensor of a name, or `nil` where the file has none.
    public func tensorIfPresent(_ name: String) -> GGUFTensor? {
        tensorIndex[name].map { tensors[$0] }
    }

    /// A tensor's bytes in the mapping.
    ///
    /// The pointer is valid while this object lives and no longer: hold the file, or use ``withBytes(of:_:)``.
    ///
    /// - Parameter tensor: one of this file's ``tensors``.
    public func bytes(of tensor: GGUFTensor) -> UnsafeRawBufferPointer {
        precondition(tensorIndex[tensor.name].map { tensors[$0] } == tensor, "a tensor of another file")
        return UnsafeRawBufferPointer(rebasing: mapping.bytes[tensor.offset..<tensor.offset + tensor.byteCount])
    }

    /// Calls the body with a tensor's bytes, keeping the file mapped meanwhile.
    public func withBytes<Result, Failure: Error>(
        of tensor: GGUFTensor, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(bytes(of: tensor))
    }

    /// Calls the body with the whole file's bytes, keeping the file mapped meanwhile.
    public func withAllBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(mapping.bytes)
    }

    /// Asks the system to read a part of the file from the disk, without waiting for it.
    ///
    /// - Parameter range: in bytes from the start of the file; what lies outside the file is left out.
    public func prefetch(_ range: Range<Int>) {
        mapping.prefetch(range)
    }

    /// A tensor's values as float32, by the plain CPU reference; `elementCount` long.
    public func values(of tensor: GGUFTensor) -> [Float] {
        withBytes(of: tensor) { bytes in
            [Float](unsafeUninitializedCapacity: tensor.elementCount) { buffer, count in
                tensor.format.dequantize(
                    bytes, into: UnsafeMutableBufferPointer(rebasing: buffer[..<tensor.elementCount]))
                count = tensor.elementCount
            }
        }
    }
}
