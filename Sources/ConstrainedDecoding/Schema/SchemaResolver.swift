/// Turns a schema document into a graph of ``SchemaNode``s.
///
/// What applies to one place of a document is a list of schemas, for instance a property's schema from each of several
/// `allOf` branches. Each such list becomes one node however often it comes up, so recursion closes to a cycle. A list
/// is first multiplied out to ``SchemaFacts`` without alternatives, and these become the node's shapes.
struct SchemaResolver {
    typealias Place = SchemaPlaces.Place

    var places: SchemaPlaces
    private var nodes: [SchemaNode] = []
    private var nodeNumbers: [[Place]: Int] = [:]
    private var pending: [[Place]] = []
    private var expansions: [Place: [SchemaFacts]] = [:]
    private var listExpansions: [[Place]: [SchemaFacts]] = [:]
    /// The schemas that are being multiplied out, each brought in by the one before.
    private var open: [Place] = []
    private var work = 0
    /// The automata of patterns by their text and whether escapes are forbidden.
    var automata: [[UInt8]: ByteAutomaton?] = [:]

    /// - Throws: ``SchemaError`` with the place of what cannot be held to.
    static func nodes(of root: JSONValue) throws(SchemaError) -> [SchemaNode] {
        var resolver = SchemaResolver(places: SchemaPlaces(root: root))
        _ = try resolver.node(of: [resolver.places.place(root, path: "#")])
        while resolver.nodes.count < resolver.pending.count {
            resolver.nodes.append(try resolver.resolve(resolver.pending[resolver.nodes.count]))
        }
        return resolver.nodes
    }

    private init(places: SchemaPlaces) { self.places = places }

    /// The number of the node for what fits all of some schemas; none means any value.
    mutating func node(of schemas: [Place]) throws(SchemaError) -> Int {
        var seen: Set<Place> = []
        let schemas = schemas.filter { seen.insert($0).inserted }
        if let known = nodeNumbers[schemas] { return known }
        guard pending.count < SchemaLimits.nodes else {
            throw SchemaError(
                code: .tooLarge, path: path(of: schemas), detail: "more than \(SchemaLimits.nodes) schemas")
        }
        nodeNumbers[schemas] = pending.count
        pending.append(schemas)
        return pending.count - 1
    }

    private func path(of schemas: [Place]) -> String { schemas.first.map { places.paths[$0] } ?? "#" }

    private mutating func resolve(_ schemas: [Place]) throws(SchemaError) -> SchemaNode {
        let path = path(of: schemas)
        let alternatives = try facts(of: schemas)
        var shapes: [SchemaShape] = []
        var contradiction = ""
        for facts in alternatives {
            for shape in try self.shapes(of: facts, path: path, contradiction: &contradiction)
            where !shapes.contains(shape) {
                shapes.append(shape)
            }
        }
        // Where schemas of several places meet, some combinations have to come to nothing; one alone is a mistake.
        if shapes.isEmpty && !alternatives.isEmpty && schemas.count == 1 {
            throw SchemaError(code: .unsatisfiable, path: path, detail: contradiction)
        }
        return SchemaNode(path: path, shapes: shapes, contradiction: shapes.isEmpty ? contradiction : "")
    }

    /// The facts of which a value must fit one to fit all of some schemas.
    mutating func facts(of schemas: [Place]) throws(SchemaError) -> [SchemaFacts] {
        if let known = listExpansions[schemas] { return known }
        var result = [SchemaFacts()]
        for schema in schemas {
            result = try product(result, facts(of: schema), path: places.paths[schema])
        }
        listExpansions[schemas] = result
        return result
    }

    /// The facts of which a value must fit one to fit a schema; none for `false`.
    mutating func facts(of schema: Place) throws(SchemaError) -> [SchemaFacts] {
        if let known = expansions[schema] { return known }
        let path = places.paths[schema]
        guard !open.contains(schema) else {
            throw SchemaError(code: .invalid, path: path, detail: "refers to itself for the same value, without an end")
        }
        guard open.count < SchemaLimits.references else {
            throw SchemaError(
                code: .tooLarge, path: path, detail: "more than \(SchemaLimits.references) schemas lead to one another")
        }
        open.append(schema)
        defer { open.removeLast() }
        let result: [SchemaFacts]
        switch places.values[schema] {
        case .bool(let isTrue): result = isTrue ? [SchemaFacts()] : []
        case .object(let members):
            result = try multiplied(SchemaReader.read(members, path: path, places: &places), path: path)
        case let value:
            throw SchemaError(code: .invalid, path: path, detail: "a \(value.typeName), expected a schema")
        }
        expansions[schema] = result
        return result
    }

    private mutating func multiplied(
        _ reading: SchemaReader.Reading, path: String
    ) throws(SchemaError) -> [SchemaFacts] {
        var result = [reading.facts]
        for schema in reading.conjuncts { result = try product(result, facts(of: schema), path: path) }
        for group in reading.groups {
            var alternatives: [SchemaFacts] = []
            for (index, alternative) in group.alternatives.enumerated() {
                for var facts in try facts(of: alternative) {
                    if group.isExclusive {
                        facts.choices.append(
                            SchemaFacts.Choice(alternatives: group.alternatives, chosen: index, path: group.path))
                    }
                    alternatives.append(facts)
                }
            }
            result = try product(result, alternatives, path: group.path)
        }
        return result
    }

    private mutating func product(
        _ left: [SchemaFacts], _ right: [SchemaFacts], path: String
    ) throws(SchemaError) -> [SchemaFacts] {
        guard left.count * right.count <= SchemaLimits.combinations * 4 else {
            throw SchemaError(
                code: .tooLarge, path: path, detail: "alternatives that multiply to \(left.count * right.count)")
        }
        var result: [SchemaFacts] = []
        for first in left {
            for second in right {
                try spend(1 + (first.literals?.values.count ?? 0) / 16, path)
                result.append(first.merged(second))
            }
        }
        // What cannot be is left out, unless nothing can: then one stays to say why.
        let possible = result.filter { !$0.types.isEmpty && $0.literals?.values.isEmpty != true }
        guard possible.count <= SchemaLimits.combinations else {
            throw SchemaError(
                code: .tooLarge, path: path, detail: "more than \(SchemaLimits.combinations) alternatives together")
        }
        return possible.isEmpty ? Array(result.prefix(1)) : possible
    }

    /// Counts steps, so that no schema takes long to be refused.
    mutating func spend(_ steps: Int, _ path: String) throws(SchemaError) {
        work += steps
        guard work <= SchemaLimits.work else {
            throw SchemaError(
                code: .tooLarge, path: path,
                detail: "its alternatives take more than \(SchemaLimits.work) steps to tell")
        }
    }
}
