extension [UInt8] {
    /// Appends a text between quotation marks, with as few escapes as both JSON and GraphQL allow.
    mutating func append(quoting text: String) {
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): self += [UInt8(ascii: "\\"), byte]
            case 0x08: self += "\\b".utf8
            case 0x09: self += "\\t".utf8
            case 0x0A: self += "\\n".utf8
            case 0x0C: self += "\\f".utf8
            case 0x0D: self += "\\r".utf8
            case 0..<0x20: self += "\\u00\([byte].hexadecimal)".utf8
            default: append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }
}
