/// What an `Accept-Encoding` field says of the two codings that are served (RFC 9110, section 12.5.3).
struct AcceptEncoding: Hashable, Sendable {
    /// How much a client likes a coding, from 0, which refuses it, to 1000.
    private typealias Weight = Int

    /// Whether gzip may be served, and is liked no less than plain bytes.
    let prefersGzip: Bool
    /// Whether plain bytes are refused, and gzip is not.
    let needsGzip: Bool

    /// Reads a field; without one plain bytes are served.
    init(_ field: String?) {
        var named: [String: Weight] = [:]
        for item in (field ?? "").lowercased().split(separator: ",") {
            let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard let coding = parts.first, !coding.isEmpty else { continue }
            named[coding == "x-gzip" ? "gzip" : coding] = Self.weight(parts.dropFirst())
        }
        let gzip = named["gzip"] ?? named["*"] ?? 0
        // Plain bytes will do unless they are refused; whoever does not name them would rather have gzip.
        let identity = named["identity"] ?? (named["*"] == 0 ? 0 : nil)
        prefersGzip = gzip > 0 && gzip >= identity ?? 0
        needsGzip = gzip > 0 && identity == 0
    }

    private static func weight(_ parameters: ArraySlice<String>) -> Weight {
        guard let quality = parameters.first(where: { $0.hasPrefix("q=") })?.dropFirst(2) else { return 1000 }
        let halves = quality.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        // A quality that is no number refuses: plain bytes are right for every client.
        guard halves.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), !halves[0].isEmpty else {
            return 0
        }
        guard halves[0].allSatisfy({ $0 == "0" }) else { return 1000 }
        let digits = halves.count == 2 ? halves[1].prefix(3) : ""
        return Int(digits.padded(to: 3)) ?? 0
    }
}

extension StringProtocol {
    fileprivate func padded(to count: Int) -> String {
        self + String(repeating: "0", count: Swift.max(0, count - self.count))
    }
}
