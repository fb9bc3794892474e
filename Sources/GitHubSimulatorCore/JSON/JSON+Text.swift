extension JSON {
    /// The text as GitHub sends it to programs: no space between tokens, characters beyond ASCII as they are.
    package var compact: [UInt8] {
        var writer = Writer(isPretty: false)
        writer.write(self)
        return writer.bytes
    }

    /// The text as GitHub sends it to curl and browsers: two spaces a level.
    package var pretty: [UInt8] {
        var writer = Writer(isPretty: true)
        writer.write(self)
        writer.bytes.append(UInt8(ascii: "\n"))
        return writer.bytes
    }

    private struct Writer {
        let isPretty: Bool
        var bytes: [UInt8] = []
        var depth = 0

        init(isPretty: Bool) { self.isPretty = isPretty }

        mutating func write(_ value: JSON) {
            switch value {
            case .null: put("null")
            case .bool(let value): put(value ? "true" : "false")
            case .integer(let value): put("\(value)")
            case .number(let value): put("\(value)")
            case .string(let text): quote(text)
            case .verbatim(let text): bytes += text
            case .array(let elements):
                list("[", "]", elements) { writer, element in writer.write(element) }
            case .object(let members):
                list("{", "}", members) { writer, member in
                    writer.quote(member.key)
                    writer.put(writer.isPretty ? ": " : ":")
                    writer.write(member.value)
                }
            }
        }

        private mutating func list<Element>(
            _ open: String,
            _ close: String,
            _ elements: [Element],
            write: (inout Writer, Element) -> Void
        ) {
            put(open)
            depth += 1
            for (index, element) in elements.enumerated() {
                if index > 0 { put(",") }
                breakLine()
                write(&self, element)
            }
            depth -= 1
            if !elements.isEmpty { breakLine() }
            put(close)
        }

        private mutating func breakLine() {
            guard isPretty else { return }
            bytes.append(UInt8(ascii: "\n"))
            bytes += repeatElement(UInt8(ascii: " "), count: 2 * depth)
        }

        private mutating func put(_ text: String) { bytes += text.utf8 }

        private mutating func quote(_ text: String) {
            bytes.append(UInt8(ascii: "\""))
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
                case UInt8(ascii: "\n"): put("\\n")
                case UInt8(ascii: "\r"): put("\\r")
                case UInt8(ascii: "\t"): put("\\t")
                case 0..<0x20:
                    let digits = String(byte, radix: 16)
                    put("\\u00" + (byte < 0x10 ? "0" : "") + digits)
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\""))
        }
    }
}
