import GGUF
import VulkanCompute

/// A weight matrix on the device: the rows of one tensor, or of several of one format that share their input.
struct DeviceMatrix {
    /// Rows that fit one storage-buffer binding.
    struct Part {
        let firstRow: Int
        let rowCount: Int
        let main: DeviceBuffer
        let second: DeviceBuffer?

        /// Bindings 0 and 1 of every kernel that reads weights.
        var bindings: [Binding] { bindings(rows: rowCount) }

        /// - Parameter count: rows that the kernel reads; it may know only the most that it may be.
        func bindings(rows count: Int) -> [Binding] {
            [main, second ?? main].map { plane in
                .read(plane.slice(), moved: plane.sizeBytes / rowCount * min(count, rowCount))
            }
        }
    }

    let format: BlockFormat
    let rows: Int
    let columns: Int
    let parts: [Part]

    /// Units of a row, see ``DeviceLayout``.
    var units: Int { columns / DeviceLayout(format).valuesPerUnit }

    /// Bytes of all planes: what one pass over the matrix reads.
    var byteCount: Int { parts.reduce(0) { $0 + $1.main.sizeBytes + ($1.second?.sizeBytes ?? 0) } }
}
