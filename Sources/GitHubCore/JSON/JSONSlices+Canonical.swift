extension JSONSlices {
    /// The value at a range in its one spelling: no white space, keys in the order of their bytes, strings with as few
    /// escapes as possible, numbers as they were written.
    ///
    /// A key that is given twice, and text that is no Unicode, have no one meaning and throw.
    package func canonical(_ range: Range<Int>) throws(JSONError) -> [UInt8] {
        var scanner = JSONScanner(bytes: bytes, offset: range.lowerBound, depthLeft: Self.maximumDepth)
        var output: [UInt8] = []
        try scanner.appendCanonical(to: &output)
        return output
    }
}

extension JSONScanner {
    fileprivate mutating func appendCanonical(to output: inout [UInt8]) throws(JSONError) {
        guard offset < bytes.count else { throw .truncated }
        switch bytes[offset] {
        case UInt8(ascii: "{"):
            try appendObject(to: &output)
        case UInt8(ascii: "["):
            try appendArray(to: &output)
        case UInt8(ascii: "\""):
            output.append(quoting: try plainString())
        default:
            let start = offset
            try skipValue()
            output += bytes[start..<offset]
        }
    }

    /// A string that is Unicode throughout: what is none was replaced when it was decoded.
    mutating func plainString() throws(JSONError) -> String {
        let start = offset
        let text = try string()
        guard !text.unicodeScalars.contains("\u{FFFD}") else { throw .unexpected(offset: start) }
        return text
    }

    private mutating func appendObject(to output: inout [UInt8]) throws(JSONError) {
        guard depthLeft > 0 else { throw .tooDeep }
        depthLeft -= 1
        defer { depthLeft += 1 }
        offset += 1
        skipSpace()
        var members: [(key: String, value: [UInt8])] = []
        if !consume(UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                let key = try plainString()
                skipSpace()
                try expect(UInt8(ascii: ":"))
                skipSpace()
                var value: [UInt8] = []
                try appendCanonical(to: &value)
                members.append((key, value))
                skipSpace()
            } while consume(UInt8(ascii: ","))
            try expect(UInt8(ascii: "}"))
        }
        members.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        output.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 {
                guard !member.key.utf8.elementsEqual(members[index - 1].key.utf8) else { throw .ambiguous }
                output.append(UInt8(ascii: ","))
            }
            output.append(quoting: member.key)
            output.append(UInt8(ascii: ":"))
            output += member.value
        }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func appendArray(to output: inout [UInt8]) throws(JSONError) {
        guard depthLeft > 0 else { throw .tooDeep }
        depthLeft -= 1
        defer { depthLeft += 1 }
        offset += 1
        output.append(UInt8(ascii: "["))
        skipSpace()
        if !consume(UInt8(ascii: "]")) {
            var isFirst = true
            repeat {
                skipSpace()
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                try appendCanonical(to: &output)
                skipSpace()
            } while consume(UInt8(ascii: ","))
            try expect(UInt8(ascii: "]"))
        }
        output.append(UInt8(ascii: "]"))
    }
}
