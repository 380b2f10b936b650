/// The schemas of one document by their JSON pointers, numbered as they are met.
struct SchemaPlaces {
    /// A schema of the document; numbers are those of one ``SchemaPlaces``.
    typealias Place = Int

    let root: JSONValue
    private(set) var values: [JSONValue] = []
    private(set) var paths: [String] = []
    private var numbers: [[UInt8]: Place] = [:]

    init(root: JSONValue) {
        self.root = root
    }

    /// The schema `value` that stands at `path`.
    mutating func place(_ value: JSONValue, path: String) -> Place {
        let key = Array(path.utf8)
        if let known = numbers[key] { return known }
        values.append(value)
        paths.append(path)
        numbers[key] = values.count - 1
        return values.count - 1
    }

    /// The schema that a `$ref` names.
    ///
    /// - Throws: ``SchemaError`` unless it is a pointer into this document that leads somewhere.
    mutating func place(reference: String, at path: String) throws(SchemaError) -> Place {
        guard reference.utf8.first == UInt8(ascii: "#") else {
            throw SchemaError(
                code: .unsupported, path: path, detail: "\"\(reference)\": only references within the schema (#…)")
        }
        guard let pointer = JSONPointer(fragment: reference) else {
            throw SchemaError(
                code: .unsupported, path: path,
                detail: "\"\(reference)\" is no JSON pointer, and anchors are not followed")
        }
        guard let value = pointer.value(in: root) else {
            throw SchemaError(code: .invalid, path: path, detail: "\"\(reference)\" leads nowhere")
        }
        return place(value, path: pointer.description)
    }
}
