import GGUF

extension GGUFTensor {
    /// Refuses blocks whose scales (in float formats: values) are NaN or infinite: one of them makes every logit NaN.
    ///
    /// - Parameters:
    ///   - blocks: whole blocks of this tensor, such as a chunk on its way to the device.
    ///   - first: the index of the first of them in the tensor.
    ///   - path: the file's, for the error.
    /// - Throws: ``ModelError`` with `.badTensor`, naming tensor, block and row.
    func requireFinite(_ blocks: UnsafeRawBufferPointer, from first: Int = 0, path: String) throws(ModelError) {
        guard let found = format.firstBadBlock(in: blocks) else { return }
        let block = first + found
        let row = block / (columns / format.valuesPerBlock)
        throw ModelError(
            .badTensor,
            "\(path): \(name), block \(block) (in row \(row)) has a scale or value that is NaN or infinite, "
                + "finite ones expected")
    }
}
