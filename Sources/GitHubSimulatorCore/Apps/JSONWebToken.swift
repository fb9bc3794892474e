import GitHubCore

/// An App's own token (RFC 7519), as GitHub reads it: signed with RS256, for ten minutes at the most.
///
/// Docs: "Generating a JSON Web Token (JWT) for a GitHub App".
struct JSONWebToken {
    /// The App's number or its client id.
    let issuer: String
    private let claims: JSONObject
    private let signed: [UInt8]
    private let signature: [UInt8]

    /// Reads a token; nil for what is none, or is signed in another way.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count == 3, let header = Self.object(parts[0]), header.string("alg") == "RS256",
            let claims = Self.object(parts[1]), let signature = Base64.decode(Self.standard(parts[2])),
            let issuer = claims.string("iss") ?? claims.integer("iss").map({ "\($0)" })
        else { return nil }
        self.issuer = issuer
        self.claims = claims
        self.signature = signature
        signed = Array("\(parts[0]).\(parts[1])".utf8)
    }

    /// Whether a text is meant to be such a token.
    static func isMeant(_ text: String) -> Bool {
        text.hasPrefix("ey") && text.split(separator: ".").count == 3
    }

    /// What is wrong with it at a moment, in GitHub's words; nil where it is right.
    func fault(_ verifies: SimulatedGitHub.App.Verifier, at now: Timestamp) -> String? {
        guard verifies(signed, signature) else { return Self.undecodable }
        guard let end = claims.integer("exp"), end > now.seconds else {
            return
                "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
        }
        guard end <= now.seconds + 600 else { return "'Expiration time' claim ('exp') is too far in the future" }
        guard let start = claims.integer("iat"), start <= now.seconds else {
            return
                "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
        }
        return nil
    }

    /// What GitHub says of a token that it cannot read.
    static let undecodable = "A JSON web token could not be decoded"

    private static func object(_ part: String) -> JSONObject? {
        Base64.decode(standard(part)).flatMap { try? JSONObject($0) }
    }

    /// Base64url (RFC 4648, section 5) in the digits of base64.
    private static func standard(_ text: String) -> String {
        text.replacing("-", with: "+").replacing("_", with: "/")
    }
}
