import CacheNode
import HTTPTypes

extension RequestDirectives {
    /// Reads `Cache-Control` (RFC 9111, section 5.2.1), `Pragma`, and the lifetime that `gh api --cache` asks for.
    init(_ headers: HTTPFields) {
        self.init()
        let directives = headers[.cacheControl].map { $0.lowercased().split(separator: ",") } ?? []
        for directive in directives {
            let parts = directive.split(separator: "=", maxSplits: 1).map { $0.filter { !" \t\"".contains($0) } }
            let seconds = parts.count == 2 ? Self.seconds(parts[1]) : nil
            switch parts.first {
            case "no-cache": noCache = true
            case "no-store": noStore = true
            case "max-age": maxAge = [seconds, maxAge].compactMap(\.self).min()
            case "min-fresh": minFresh = seconds ?? minFresh
            case "max-stale": maxStale = parts.count == 1 ? .max : seconds ?? maxStale
            case "only-if-cached": onlyIfCached = true
            default: break
            }
        }
        if directives.isEmpty, headers[.pragma]?.lowercased() == "no-cache" { noCache = true }
        if maxAge == nil, let text = headers[.ghCacheTTL] { maxAge = Self.goDuration(text) }
    }

    /// Delta-seconds; too large a number counts as the largest, and what is no number as none.
    private static func seconds(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return min(Int(text) ?? Int(Int32.max), Int(Int32.max))
    }

    /// A duration as Go prints it, such as `1h0m0s` or `1.5s`, in whole seconds.
    private static func goDuration(_ text: String) -> Int? {
        let units: [String: Double] = ["h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9]
        var rest = text[...]
        var total = 0.0
        guard !rest.isEmpty, rest.utf8.count <= 64 else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let value = Double(number), let factor = units[String(unit)] else { return nil }
            total += value * factor
        }
        return Int(min(total, Double(Int32.max)))
    }
}
