import TestSupport
import Testing

@testable import ConstrainedDecoding

@Suite("grammar rules")
struct GrammarRuleTests {
    @Test("numbers of a range are the decimals in it, and every beginning of one leads on")
    func numberRanges() throws {
        let seed = testSeed("number ranges")
        var random = SeededGenerator(seed: seed)
        let units = 1_000_000_000
        func text(_ value: Int) -> String {
            let (whole, fraction) = value.magnitude.quotientAndRemainder(dividingBy: UInt(units))
            let digits = String(fraction)
            let point = fraction == 0 ? "" : "." + String(repeating: "0", count: 9 - digits.count) + digits
            return (value < 0 ? "-" : "") + "\(whole)" + point
        }
        for _ in 0..<60 {
            let scale = [1, 1000, 1_000_000, units, 30 * units].randomElement(using: &random) ?? 1
            let middle = Int.random(in: -50 * units...50 * units, using: &random)
            let range = middle...(middle + Int.random(in: 0...scale, using: &random))
            let rule = NumberRule(range: Int128(range.lowerBound)...Int128(range.upperBound))
            /// Whether the rule takes the whole text; checks on the way that no byte brings the end nearer by more than itself.
            func accepts(_ text: String) -> Bool {
                var frame = Frame(rule: 0)
                for byte in text.utf8 {
                    let left = rule.remaining(frame)
                    guard case .taken = rule.advance(&frame, byte) else { return false }
                    let after = rule.remaining(frame)
                    #expect(
                        left != nil && after != nil && (after ?? 0) >= (left ?? 0) - 1,
                        "\(text) in \(range), seed \(seed)")
                }
                return rule.mayEnd(frame)
            }
            for value in [range.lowerBound, range.upperBound, .random(in: range, using: &random)] {
                #expect(accepts(text(value)), "\(text(value)) in \(range), seed \(seed)")
            }
            for value in [range.lowerBound - 1, range.upperBound + 1, -middle - 77 * units] where !range.contains(value)
            {
                #expect(!accepts(text(value)), "\(text(value)) in \(range), seed \(seed)")
            }
        }
    }

    @Test("integers of a range and step are the multiples in it")
    func integerRanges() throws {
        let seed = testSeed("integer ranges")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let low = Int.random(in: -300...300, using: &random)
            let range = low...(low + Int.random(in: 0...400, using: &random))
            let step = Int.random(in: 1...40, using: &random)
            let rule = IntegerRule(range: range, step: step)
            let values = range.filter { $0 % step == 0 }.map { String($0) }
            #expect(
                rule.remaining(Frame(rule: 0)) == values.map(\.utf8.count).min(), "\(range) step \(step), seed \(seed)")
            for value in -730...730 {
                let text = String(value)
                var frame = Frame(rule: 0)
                var isLast = false
                let isTaken = text.utf8.allSatisfy { byte in
                    switch rule.advance(&frame, byte) {
                    case .taken: return true
                    case .last:
                        isLast = true
                        return true
                    default: return false
                    }
                }
                let accepted = isTaken && (isLast || rule.mayEnd(frame))
                #expect(accepted == values.contains(text), "\(text) in \(range) step \(step), seed \(seed)")
            }
        }
    }

    @Test("tries find texts, their members and the nearest end")
    func tries() {
        var tries = ByteTries()
        _ = tries.add([Array("other".utf8)])
        let texts = ["a", "abc", "abd", "b", "abc", "檢"].map { Array($0.utf8) } + [[]]
        let root = tries.add(texts)
        func node(_ text: String) -> Int? {
            text.utf8.reduce(root as Int?) { node, byte in node.flatMap { tries.child(of: $0, on: byte) } }
        }
        #expect(tries.text(at: root) == 6 && tries.distance(root) == 0)
        #expect(node("abc").flatMap(tries.text) == 1 && node("ab").flatMap(tries.text) == nil)
        #expect(node("ab").map(tries.distance) == 1 && node("ab").map(tries.depth) == 2)
        #expect(node("ab").map { Array(tries.members($0)) } == [1, 2, 4])
        #expect(node("abc").map(tries.isLeaf) == true && node("a").map(tries.isLeaf) == false)
        #expect(node("abe") == nil && node("c") == nil)
        let wide = tries.add((UInt8.min ... .max).map { [$0] })
        for byte in UInt8.min ... .max { #expect(tries.child(of: wide, on: byte).flatMap(tries.text) == Int(byte)) }
    }

    @Test("compacting a stack keeps what cursors and keys refer to")
    func compacting() {
        var stack = FrameStack()
        var first = Cursor(top: Frame(rule: 1))
        stack.push(Frame(rule: 9), onto: &first)
        stack.pop(&first)
        stack.push(Frame(rule: 2), onto: &first)
        let keys = stack.remember(KeyDigest(Array("a".utf8)), in: -1)
        first.top.keys = stack.remember(KeyDigest(Array("bc".utf8)), in: keys)
        var second = first
        stack.push(Frame(rule: 3), onto: &second)
        var cursors = [first, second]
        stack.compact(&cursors)
        #expect(stack.count == 4)
        #expect(stack.remembers(KeyDigest(Array("a".utf8)), in: cursors[0].top.keys))
        #expect(stack.remembers(KeyDigest(Array("bc".utf8)), in: cursors[0].top.keys))
        #expect(!stack.remembers(KeyDigest(Array("c".utf8)), in: cursors[0].top.keys))
        var cursor = cursors[1]
        var rules: [Int32] = []
        while !cursor.isComplete {
            rules.append(cursor.top.rule)
            stack.pop(&cursor)
        }
        #expect(rules == [3, 2, 1])
    }

    @Test(
        "numbers are compared and rounded without loss",
        arguments: [
            ("1", "1.0"), ("100", "1e2"), ("0.5", "5E-1"), ("-0", "0"), ("12.340", "1234e-2"), ("0e5", "0"),
        ])
    func equalDecimals(left: String, right: String) {
        #expect(ExactDecimal(left) == ExactDecimal(right))
        #expect(ExactDecimal(left).canonicalText == ExactDecimal(right).canonicalText)
    }

    @Test("numbers are ordered by value")
    func orderedDecimals() {
        let texts = [
            "-1e400", "-12", "-1.5", "-1.25", "-1e-400", "0", "1e-400", "0.1", "0.11", "1", "9.99", "10", "1e18",
            "1e400",
        ]
        for (left, lower) in texts.enumerated() {
            for (right, upper) in texts.enumerated() {
                #expect((ExactDecimal(lower) < ExactDecimal(upper)) == (left < right), "\(lower) < \(upper)")
            }
        }
        #expect(ExactDecimal("-1.5").units(decimals: 0, .up, limit: 99) == -1)
        #expect(ExactDecimal("-1.5").units(decimals: 0, .down, limit: 99) == -2)
        #expect(ExactDecimal("1.5").units(decimals: 0, .up, limit: 99) == 2)
        #expect(ExactDecimal("1.5").units(decimals: 2, .up, limit: 999) == 150)
        #expect(ExactDecimal("1e-50").units(decimals: 9, .up, limit: 99) == 1)
        #expect(ExactDecimal("-7e99").units(decimals: 9, .up, limit: 99) == -99)
        #expect(ExactDecimal("0.75").integerStep == 3 && ExactDecimal("2.5").integerStep == 5)
        #expect(ExactDecimal("1e400").integerStep == .max && ExactDecimal("-1").integerStep == nil)
        #expect(ExactDecimal("1e400").isMultiple(of: ExactDecimal("0.3")) == false)
        #expect(ExactDecimal("3e400").isMultiple(of: ExactDecimal("0.3")) == true)
        #expect(ExactDecimal("0.25").isMultiple(of: ExactDecimal("0.5")) == false)
    }
}
