import Foundation

/// How a Word document shows a run of text, as far as it tells whether the text is seen; nil is what is not said.
///
/// Source: ECMA-376 part 1, section 17.3.2.
struct RunLook: Hashable {
    var isVanished: Bool?
    var color: PaperColor?
    var halfPoints: Double?
    /// The style that it is based on, or has.
    var style: String?
    /// A style that shades cells of its tables.
    var shadesCells = false

    private static let leastHalfPoints = 4.0

    /// Takes a property of a run. - Returns: whether it is one that tells.
    mutating func take(_ name: String, _ attributes: [String: String]) {
        switch name {
        case "vanish", "specVanish", "webHidden":
            isVanished = !["0", "false", "off"].contains(attributes["val"] ?? "1")
        case "color": color = attributes["val"].flatMap { PaperColor(hexadecimal: $0) } ?? .black
        case "sz": halfPoints = attributes["val"].flatMap { Double($0) }
        default: break
        }
    }

    /// What is said here, and what `outer` says besides.
    func over(_ outer: RunLook) -> RunLook {
        RunLook(
            isVanished: isVanished ?? outer.isVanished, color: color ?? outer.color,
            halfPoints: halfPoints ?? outer.halfPoints,
            style: style ?? outer.style, shadesCells: shadesCells || outer.shadesCells)
    }

    /// - Parameter ground: nil where it cannot be told.
    func isHidden(on ground: PaperColor?) -> Bool {
        if isVanished == true || halfPoints.map({ $0 < RunLook.leastHalfPoints }) == true { return true }
        guard let color, let ground else { return false }
        return color.isLike(ground)
    }

    /// The looks of a document's styles by their ids, with what they are based on.
    static func styles(in data: Data) throws(XMLFlaw) -> [String: RunLook] {
        var own: [String: RunLook] = [:]
        var id: String?
        var path: [String] = []
        try XMLEvents.read(data) { event in
            guard case .begin(let name, let attributes) = event else {
                path.removeLast()
                return true
            }
            if name == "style", let named = attributes["styleId"] {
                id = named
                own[named] = RunLook()
            } else if let id {
                switch (path.last, name) {
                case (_, "basedOn"): own[id]?.style = attributes["val"]
                case ("rPr", _) where path.dropLast().last == "style": own[id]?.take(name, attributes)
                case (_, "shd"):
                    let fill = attributes["fill"].flatMap { PaperColor(hexadecimal: $0) }
                    if let fill, !fill.isLike(.white) { own[id]?.shadesCells = true }
                default: break
                }
            }
            path.append(name)
            return true
        }
        return own.mapValues { look in
            var look = look
            // A chain that runs in a circle ends somewhere.
            for _ in 0..<16 {
                guard let base = look.style.flatMap({ own[$0] }) else { break }
                look.style = nil
                look = look.over(base)
            }
            look.style = nil
            return look
        }
    }
}
