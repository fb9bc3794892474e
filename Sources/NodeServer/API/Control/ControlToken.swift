import Crypto

/// The control token, compared in constant time.
struct ControlToken: Sendable {
    private let digest: SHA256Digest?

    init(_ token: String?) {
        digest = token.flatMap { $0.isEmpty ? nil : SHA256.hash(data: Array($0.utf8)) }
    }

    /// Whether an `Authorization` value carries the token; nil where it carries no bearer token at all.
    func isIn(_ authorization: String?) -> Bool? {
        guard let parts = authorization?.split(separator: " ", maxSplits: 1), parts.count == 2 else { return nil }
        guard parts[0].lowercased() == "bearer" else { return nil }
        let given = SHA256.hash(data: Array(parts[1].drop { $0 == " " }.utf8))
        guard let digest else { return false }
        // The comparison of digests takes the same time whatever they are.
        return digest == given
    }

    /// Whether any of these values carries the token under whatever scheme: then none of them may leave this machine.
    func isNamed(in authorizations: [String]) -> Bool {
        guard let digest else { return false }
        let words = authorizations.flatMap { $0.split { $0 == " " || $0 == "\t" || $0 == "," } }
        return words.contains { digest == SHA256.hash(data: Array($0.utf8)) }
    }
}
