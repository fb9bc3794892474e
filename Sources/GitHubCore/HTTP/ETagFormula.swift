import Crypto

/// GitHub's validator, computed: the SHA-256 of what its answer varies by, and of the body before any compression.
///
/// For each of `Accept`, `Authorization` and `Cookie` that the request has, its value and a colon; then the body. A header
/// that is absent leaves no colon behind. So one stored body gives the validator of any credential. The formula is
/// undocumented: who uses it falls back to the validator that came with the body.
package enum ETagFormula {
    /// The validator of a body for one request, as the `ETag` header shows it: weak, with its quotes.
    package static func etag(of body: [UInt8], accept: String?, authorization: String?, cookie: String? = nil) -> String
    {
        "W/\"\(opaqueTag(of: body, accept: accept, authorization: authorization, cookie: cookie))\""
    }

    /// The 64 hexadecimal digits between the quotes.
    package static func opaqueTag(
        of body: [UInt8],
        accept: String?,
        authorization: String?,
        cookie: String? = nil
    ) -> String {
        var hash = SHA256()
        for case let part? in [accept, authorization, cookie] {
            hash.update(data: Array("\(part):".utf8))
        }
        hash.update(data: body)
        return hash.finalize().hexadecimal
    }

    /// Whether two validators name the same thing by the weak comparison of RFC 9110, section 8.8.3.2.
    ///
    /// GitHub sends one value weak with a 200 and strong with the 304 that follows, so no other comparison is of use.
    package static func weaklyEqual(_ one: String, _ other: String) -> Bool {
        guard let one = entityTags(one)?.first, let other = entityTags(other)?.first else { return false }
        return one == other
    }

    /// Whether an `If-None-Match` value, a list or `*`, names a validator.
    package static func matches(ifNoneMatch: String, etag: String) -> Bool {
        if ifNoneMatch == "*" { return true }
        guard let wanted = entityTags(etag)?.first, let listed = entityTags(ifNoneMatch) else { return false }
        return listed.contains(wanted)
    }

    /// The opaque parts of a comma-separated list of entity tags, weak marks dropped; nil if it is malformed.
    private static func entityTags(_ list: String) -> [[UInt8]]? {
        var tags: [[UInt8]] = []
        var rest = Array(list.utf8)[...]
        while true {
            rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: ",") }
            if rest.isEmpty { return tags }
            if rest.starts(with: "W/".utf8) { rest = rest.dropFirst(2) }
            guard rest.first == UInt8(ascii: "\"") else { return nil }
            rest = rest.dropFirst()
            guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
            tags.append(Array(rest[..<end]))
            rest = rest[rest.index(after: end)...]
        }
    }
}
