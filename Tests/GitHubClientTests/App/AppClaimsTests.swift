import GitHubCore
import Testing

@testable import GitHubClient

@Suite struct AppClaimsTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    @Test func theyBeganAMinuteAgoAndLastUnderTenMinutes() {
        let claims = AppClaims(issuer: "17", at: now)
        #expect(claims.iat == now.seconds - 60)
        #expect(claims.exp == now.seconds + 540)
        #expect(claims.iss == "17")
    }

    @Test(arguments: [(0, true), (479, true), (480, false), (-60, true), (-61, false)])
    func theyAreSignedAnewBeforeTheyEnd(seconds: Int, isGood: Bool) {
        let claims = AppClaims(issuer: "17", at: now)
        #expect(claims.isGood(at: now.advanced(bySeconds: seconds)) == isGood)
    }
}
