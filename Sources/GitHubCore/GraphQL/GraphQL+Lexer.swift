extension GraphQL {
    /// Cuts a document into tokens (section 2.1).
    package struct Lexer {
        private let bytes: [UInt8]
        private var offset = 0

        private init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        /// All tokens of a document.
        package static func tokens(of text: String) throws(SyntaxError) -> [Token] {
            var lexer = Lexer(Array(text.utf8))
            var tokens: [Token] = []
            while let token = try lexer.next() {
                guard tokens.count < Limits.tokens else { throw .tooLong }
                tokens.append(token)
            }
            return tokens
        }

        private func peek(_ distance: Int = 0) -> UInt8? {
            offset + distance < bytes.count ? bytes[offset + distance] : nil
        }

        private func begins(with text: StaticString, at start: Int) -> Bool {
            text.withUTF8Buffer { expected in
                start + expected.count <= bytes.count
                    && bytes[start..<(start + expected.count)].elementsEqual(expected)
            }
        }

        private mutating func next() throws(SyntaxError) -> Token? {
            try skipIgnored()
            guard let byte = peek() else { return nil }
            let start = offset
            let kind: Token.Kind
            switch byte {
            case UInt8(ascii: "."):
                guard begins(with: "...", at: offset) else { throw stray }
                offset += 3
                kind = .spread
            case UInt8(ascii: "\""):
                kind = .string(begins(with: "\"\"\"", at: offset) ? try blockString() : try string())
            case UInt8(ascii: "-"), 0x30...0x39:
                kind = .number(try number())
            case let byte where Self.isNameStart(byte):
                kind = .name(name())
            case let byte where "!$&():=@[]{|}".utf8.contains(byte):
                offset += 1
                kind = .punctuator(byte)
            default:
                throw stray
            }
            return Token(kind: kind, offset: start)
        }

        /// What is wrong at the offset: the end of the text, or the byte there.
        private var stray: SyntaxError {
            guard offset < bytes.count else { return .truncated }
            // Of `...`, as much as is there may be right.
            if begins(with: ".", at: offset), bytes[offset...].allSatisfy({ $0 == UInt8(ascii: ".") }) {
                return .truncated
            }
            return .unexpected(offset: offset)
        }

        private mutating func skipIgnored() throws(SyntaxError) {
            while let byte = peek() {
                switch byte {
                case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","):
                    offset += 1
                case UInt8(ascii: "#"):
                    while let byte = peek(), byte != 0x0A, byte != 0x0D {
                        guard Self.isSource(byte) else { throw stray }
                        offset += 1
                    }
                case 0xEF where begins(with: "\u{FEFF}", at: offset):
                    offset += 3
                default:
                    return
                }
            }
        }

        private mutating func name() -> String {
            let start = offset
            while let byte = peek(), Self.isNameStart(byte) || Self.isDigit(byte) { offset += 1 }
            return String(decoding: bytes[start..<offset], as: UTF8.self)
        }

        private mutating func number() throws(SyntaxError) -> String {
            let start = offset
            if peek() == UInt8(ascii: "-") { offset += 1 }
            if peek() == UInt8(ascii: "0") { offset += 1 } else { try digits() }
            if peek() == UInt8(ascii: ".") {
                offset += 1
                try digits()
            }
            if let byte = peek(), byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
                offset += 1
                if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { offset += 1 }
                try digits()
            }
            // A number ends where nothing follows that could belong to it (section 2.9.1).
            if let byte = peek(), Self.isDigit(byte) || Self.isNameStart(byte) || byte == UInt8(ascii: ".") {
                throw .unexpected(offset: offset)
            }
            return String(decoding: bytes[start..<offset], as: UTF8.self)
        }

        private mutating func digits() throws(SyntaxError) {
            let start = offset
            while let byte = peek(), Self.isDigit(byte) { offset += 1 }
            guard offset > start else { throw stray }
        }

        private mutating func string() throws(SyntaxError) -> String {
            offset += 1
            var value: [UInt8] = []
            while let byte = peek() {
                switch byte {
                case UInt8(ascii: "\""):
                    offset += 1
                    return String(decoding: value, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    value += try escape()
                case 0x0A, 0x0D:
                    throw stray
                default:
                    guard Self.isSource(byte) else { throw stray }
                    value.append(byte)
                    offset += 1
                }
            }
            throw .truncated
        }

        private static let escapes: [UInt8: UInt8] = [
            0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
        ]

        private mutating func escape() throws(SyntaxError) -> [UInt8] {
            guard let byte = peek(1) else { throw .truncated }
            if let plain = Self.escapes[byte] {
                offset += 2
                return [plain]
            }
            guard byte == UInt8(ascii: "u") else { throw .unexpected(offset: offset + 1) }
            var code: UInt32 = 0
            for distance in 2..<6 {
                guard let digit = peek(distance) else { throw .truncated }
                guard let value = hexValue(digit) else { throw .unexpected(offset: offset + distance) }
                code = code << 4 | UInt32(value)
            }
            // Servers disagree on halves of surrogate pairs.
            guard let scalar = Unicode.Scalar(code) else { throw .unexpected(offset: offset) }
            offset += 6
            return Array(String(scalar).utf8)
        }

        private mutating func blockString() throws(SyntaxError) -> String {
            offset += 3
            var raw: [UInt8] = []
            while let byte = peek() {
                if begins(with: "\"\"\"", at: offset) {
                    offset += 3
                    return Self.blockValue(raw)
                }
                if begins(with: "\\\"\"\"", at: offset) {
                    raw += "\"\"\"".utf8
                    offset += 4
                    continue
                }
                guard Self.isSource(byte) || byte == 0x0A || byte == 0x0D else { throw stray }
                raw.append(byte)
                offset += 1
            }
            throw .truncated
        }

        /// The value of a block string: without the indentation that its lines share, and without blank lines at either
        /// end (section 2.9.4, `BlockStringValue`).
        private static func blockValue(_ raw: [UInt8]) -> String {
            var lines = lines(of: raw)
            let indents = lines.dropFirst().compactMap { line in
                line.firstIndex { !isBlank($0) }.map { $0 - line.startIndex }
            }
            let common = indents.min() ?? 0
            for index in lines.indices.dropFirst() { lines[index] = lines[index].dropFirst(common) }
            let isEmpty = { (line: ArraySlice<UInt8>) in line.allSatisfy(isBlank) }
            guard let first = lines.firstIndex(where: { !isEmpty($0) }),
                let last = lines.lastIndex(where: { !isEmpty($0) })
            else { return "" }
            return String(decoding: Array(lines[first...last].joined(separator: [0x0A])), as: UTF8.self)
        }

        private static func lines(of raw: [UInt8]) -> [ArraySlice<UInt8>] {
            var lines: [ArraySlice<UInt8>] = []
            var start = 0
            var index = 0
            while index < raw.count {
                let isPair = raw[index] == 0x0D && index + 1 < raw.count && raw[index + 1] == 0x0A
                if raw[index] == 0x0A || raw[index] == 0x0D {
                    lines.append(raw[start..<index])
                    index += isPair ? 1 : 0
                    start = index + 1
                }
                index += 1
            }
            return lines + [raw[start...]]
        }

        private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

        private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

        private static func isNameStart(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x5F: true
            default: false
            }
        }

        /// Whether a byte may stand in a comment or a string, line ends aside.
        private static func isSource(_ byte: UInt8) -> Bool { byte >= 0x20 || byte == 0x09 }
    }
}
