import GitHubCore
import JWTKit

/// What a GitHub App says of itself, for ten minutes at the most.
///
/// Docs: "Generating a JSON Web Token (JWT) for a GitHub App".
struct AppClaims: JWTPayload, Equatable {
    /// Since when it holds, in seconds: a minute ago, for clocks that do not agree.
    let iat: Int64
    /// Until when it holds, in seconds, with that minute to spare for the same reason.
    let exp: Int64
    /// The App: its number or its client id.
    let iss: String

    /// The claims of an App at a moment.
    init(issuer: String, at now: Timestamp) {
        iat = now.seconds - Limits.claimsDrift
        exp = now.seconds + Limits.claimsAge
        iss = issuer
    }

    /// Whether a token with them is still sent.
    func isGood(at now: Timestamp) -> Bool { now.seconds < exp - Limits.claimsDrift && now.seconds >= iat }

    func verify(using algorithm: some JWTAlgorithm) async throws {
        // That is for GitHub to do.
    }
}
