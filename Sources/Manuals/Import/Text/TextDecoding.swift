import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Finds the encoding of a text and decodes it: UTF-8, UTF-16 with a byte-order mark, Big5 and GB18030.
///
/// Most bytes of Big5 are valid GB18030 too, with other characters. The reading that consists of the words of manuals
/// is taken; where neither clearly does, the file is refused, because a wrong guess changes what a manual says.
enum TextDecoding {
    struct Decoded {
        let text: String
        /// Its name, when the text was not UTF-8.
        let encoding: String?
    }

    private static let leastShare = 0.1
    private static let leastLead = 2.0
    /// Bytes that are looked at to tell two encodings apart.
    private static let sampleBytes = 256 << 10

    static func decode(_ bytes: Data, file: String) throws(ManualImportError) -> Decoded {
        for (mark, name) in [([0xFF, 0xFE] as [UInt8], "UTF-16LE"), ([0xFE, 0xFF], "UTF-16BE")]
        where bytes.starts(with: mark) {
            guard case .text(let text) = Iconv.decode(bytes.dropFirst(2), from: name) else {
                throw ManualImportError(.encoding, file: file, "begins as UTF-16 and is not valid UTF-16")
            }
            return Decoded(text: text, encoding: "UTF-16")
        }
        if let text = String(validating: bytes, as: UTF8.self) { return Decoded(text: text, encoding: nil) }
        if let line = firstLine(of: bytes, where: { $0.contains(0) }) {
            throw ManualImportError(.encoding, file: file, line: line, "has zero bytes: this is no text file")
        }
        return try decodeChinese(bytes, file: file)
    }

    private static func decodeChinese(_ bytes: Data, file: String) throws(ManualImportError) -> Decoded {
        var readings: [(name: String, text: String, share: Double)] = []
        for name in ["Big5", "GB18030"] {
            guard case .text(let text) = Iconv.decode(bytes, from: name) else { continue }
            readings.append((name, text, CommonCharacters.share(in: text.prefix(sampleBytes))))
        }
        readings.sort { $0.share > $1.share }
        guard let best = readings.first, best.share >= leastShare else {
            throw ManualImportError(
                .encoding, file: file, line: firstLine(of: bytes) { String(validating: $0, as: UTF8.self) == nil },
                "is not valid UTF-8, and neither Big5 nor GB18030 gives readable text; expected UTF-8")
        }
        if readings.count > 1, best.share < leastLead * readings[1].share {
            throw ManualImportError(
                .encoding, file: file,
                "could be Big5 or GB18030; say which by converting it (iconv -f BIG5 -t UTF-8, or -f GB18030)")
        }
        return Decoded(text: best.text, encoding: best.name)
    }

    private static func firstLine(of bytes: Data, where condition: (Data) -> Bool) -> Int? {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).firstIndex(where: condition).map { $0 + 1 }
    }
}

/// The characters that Chinese manuals are full of, in both forms.
enum CommonCharacters {
    private static let all = Set(
        """
        的一是不在有為为時时與与或和及可以如果若請请未已無无上下中大小高低前後后内內外間间此其至後並并將将被對对於于而
        代碼码警報报異异常故障錯错誤误名稱称原因處处置對对策措施方法說说明內容頁页次檢检查更換换調调整清潔洁重新啟启動动停止電电源
        壓压流溫温度過过低油氣气水泵浦閥阀馬马達达機机器械主軸轴馬达伺服變变頻频驅驱編编感測测線线路端子接觸触頭头確确認认連连
        絡络維维修人員员服務务危險险注意關关開开斷断按鈕钮燈灯螢荧幕屏參参數数設设定範范圍围負负載载輸输入出信號号訊讯通安全門门防護护
        濾滤網网管漏堵塞磨損损鬆松動脫脱落皮帶带輪轮齒齿風风扇散熱热冷卻却液位量時秒分鐘钟次數值零件品質质檔档
        """.filter { !$0.isWhitespace })

    /// Which part of a text's Chinese characters they are; 0 for a text without any.
    static func share(in text: Substring) -> Double {
        let chinese = text.unicodeScalars.lazy.filter { $0.value >= 0x2E80 && !(0x3000...0x303F).contains($0.value) }
        var total = 0
        var common = 0
        for scalar in chinese where !(0xFF00...0xFFEF).contains(scalar.value) {
            total += 1
            if all.contains(Character(scalar)) { common += 1 }
        }
        return total == 0 ? 0 : Double(common) / Double(total)
    }
}

/// The C library's converter between encodings.
enum Iconv {
    enum Outcome {
        case text(String)
        case invalid
    }

    /// Decodes all bytes, or none.
    static func decode(_ bytes: Data, from encoding: String) -> Outcome {
        guard let converter = iconv_open("UTF-8", encoding), Int(bitPattern: converter) != -1 else { return .invalid }
        defer { iconv_close(converter) }
        // No character of these encodings takes more than twice its bytes in UTF-8.
        var output = [UInt8](repeating: 0, count: bytes.count * 2 + 16)
        let written = output.withUnsafeMutableBytes { target -> Int? in
            bytes.withUnsafeBytes { source -> Int? in
                // iconv takes a mutable pointer and does not write through it.
                var input = UnsafeMutablePointer(mutating: source.bindMemory(to: CChar.self).baseAddress)
                var inputLeft = source.count
                var place = target.bindMemory(to: CChar.self).baseAddress
                var outputLeft = target.count
                let failed = iconv(converter, &input, &inputLeft, &place, &outputLeft) < 0
                return failed || inputLeft > 0 ? nil : target.count - outputLeft
            }
        }
        guard let written else { return .invalid }
        return .text(String(decoding: output[..<written], as: UTF8.self))
    }
}
