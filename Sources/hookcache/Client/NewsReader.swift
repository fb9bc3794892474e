/// Reads server-sent events as they come in, and keeps the data of each (the HTML standard, section 9.2).
struct NewsReader {
    /// Bytes of one line; a longer one is left out.
    static let lineLimit = 64 << 10

    private var line: [UInt8] = []
    private var isTooLong = false

    /// Takes in bytes and gives the JSON of the events that they complete.
    mutating func read(_ bytes: some Sequence<UInt8>) -> [JSONValue] {
        var news: [JSONValue] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if !self.isTooLong, self.line.starts(with: "data: ".utf8) {
                    news += JSONValue(self.line.dropFirst(6)).map { [$0] } ?? []
                }
                self.line.removeAll(keepingCapacity: true)
                self.isTooLong = false
            } else if self.line.count < Self.lineLimit {
                self.line.append(byte)
            } else {
                self.isTooLong = true
            }
        }
        return news
    }
}
