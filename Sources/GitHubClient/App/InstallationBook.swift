import CacheCore
import GitHubCore

/// Where a GitHub App is installed, with the tokens it has there, and what is to be asked next.
///
/// Moments are GitHub's, as far as they are known to differ from the machine's.
struct InstallationBook: Sendable {
    /// An installation: an App has one with an account at the most.
    struct Place: Hashable, Sendable {
        let id: Int64
        /// The account's login, in lower case.
        let owner: String
    }

    /// A token, good for an hour.
    struct Token: Sendable {
        let access: AccessToken
        let expiresAt: Timestamp
    }

    /// What comes next for somebody who wants to ask as the App with an owner.
    enum Step: Sendable {
        /// Ask with this token.
        case use(Token, Place)
        /// It cannot be.
        case refuse(OriginFailure)
        /// Ask where the App is installed.
        case list
        /// Ask for this owner's installation, since the list did not say all.
        case find
        /// Have a token made.
        case mint(Place)
    }

    private struct Refusal: Sendable {
        let failure: OriginFailure
        let until: Timestamp
    }

    private var places: [String: Place] = [:]
    private var absences: [String: Refusal] = [:]
    private var tokens: [Int64: Token] = [:]
    private var refusals: [Int64: Refusal] = [:]
    /// What keeps the App itself from asking.
    private var trouble: Refusal?
    private var listedAt: Timestamp?
    private var isWhole = false

    /// What comes next for an owner, by its login in lower case.
    func step(for owner: String, at now: Timestamp) -> Step {
        guard let place = places[owner] else { return search(for: owner, at: now) }
        let hindrance = [refusals[place.id], trouble].compactMap(\.self).first { now < $0.until }
        if let token = tokens[place.id], now < token.expiresAt {
            let isDue = now >= token.expiresAt.advanced(bySeconds: -Limits.tokenRenewal)
            return isDue && hindrance == nil ? .mint(place) : .use(token, place)
        }
        return hindrance.map { .refuse($0.failure) } ?? .mint(place)
    }

    private func search(for owner: String, at now: Timestamp) -> Step {
        if let absence = absences[owner], now < absence.until { return .refuse(absence.failure) }
        if let trouble, now < trouble.until { return .refuse(trouble.failure) }
        guard let listedAt, now < listedAt.advanced(bySeconds: Limits.absence), now >= listedAt else { return .list }
        return isWhole ? .refuse(Self.absent(owner)) : .find
    }

    /// Takes in where the App is installed; whether that is everywhere.
    mutating func learn(_ found: [Place], isWhole: Bool, at now: Timestamp) {
        if isWhole { places = [:] }
        for place in found where places.count < Limits.installations { places[place.owner] = place }
        listedAt = now
        self.isWhole = isWhole
        absences = [:]
        trouble = nil
        let known = Set(places.values.map(\.id))
        tokens = tokens.filter { known.contains($0.key) }
        refusals = refusals.filter { known.contains($0.key) }
    }

    /// Takes in an owner's installation, or that there is none.
    mutating func learn(_ place: Place?, of owner: String, at now: Timestamp) {
        trouble = nil
        if absences.count >= Limits.installations { absences = [:] }
        if let place {
            places[owner] = place
            absences[owner] = nil
        } else {
            absences[owner] = Refusal(
                failure: Self.absent(owner),
                until: now.advanced(bySeconds: Limits.absence)
            )
        }
    }

    /// Takes in a token.
    mutating func learn(_ token: Token, of place: Place) {
        tokens[place.id] = token
        refusals[place.id] = nil
        trouble = nil
    }

    /// GitHub makes no token for an installation, and says why; whether it is there at all is asked anew where that is
    /// the question.
    mutating func note(_ failure: OriginFailure, of place: Place, isGone: Bool, at now: Timestamp) {
        trouble = nil
        refusals[place.id] = Refusal(failure: failure, until: now.advanced(bySeconds: Limits.refusal))
        guard isGone else { return }
        forget(place.owner)
        absences[place.owner] = Refusal(failure: failure, until: now.advanced(bySeconds: Limits.refusal))
    }

    /// The App itself cannot ask: all who want to are told so for a moment, or until GitHub said.
    mutating func note(_ failure: OriginFailure, at now: Timestamp) {
        let until: Timestamp =
            switch failure {
            case .limited(let until), .reserved(let until): until
            case .noAccess: now.advanced(bySeconds: Limits.refusal)
            default: now.advanced(bySeconds: Limits.appPause)
            }
        trouble = Refusal(failure: failure, until: until)
    }

    /// GitHub does not take a token any more.
    mutating func drop(_ authorization: String?, of installation: Int64) {
        if tokens[installation]?.access.authorization == authorization { tokens[installation] = nil }
    }

    /// What is known of an owner's installation may be other than it was.
    mutating func forget(_ owner: String) {
        absences[owner] = nil
        listedAt = nil
        guard let place = places.removeValue(forKey: owner) else { return }
        tokens[place.id] = nil
        refusals[place.id] = nil
    }

    /// The installations with a token, by their owners.
    var used: [Place] { places.values.filter { tokens[$0.id] != nil }.sorted { $0.owner < $1.owner } }

    private static func absent(_ owner: String) -> OriginFailure {
        .noAccess(
            "the GitHub App is not installed with \(owner): install it there, or let it reach one of its repositories"
        )
    }
}
