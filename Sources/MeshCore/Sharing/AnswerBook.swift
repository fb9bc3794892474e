package import CacheCore
package import GitHubCore
package import Multiformats

/// What earlier questions taught: who answers fast, and what nobody had.
///
/// Time is that of any monotonic clock.
package struct AnswerBook: Sendable {
    /// The bounds.
    package struct Limits: Hashable, Sendable {
        /// How long nobody is asked again for what nobody had.
        package var absence = Duration.seconds(2)
        /// The most absences that are remembered.
        package var absences = 1024
        /// The most peers whose pace is remembered.
        package var peers = 1024

        /// The defaults.
        package init() {}
    }

    private let limits: Limits
    private var paces: [PeerID: Duration] = [:]
    private enum Subject: Hashable {
        case resource(Representation)
        /// Nobody follows it, and who was asked had nothing.
        case repository(RepositoryName)

        var repository: RepositoryName? {
            switch self {
            case .resource(let representation): representation.resource.endpoint.repository
            case .repository(let repository): repository
            }
        }
    }

    private var absences: [Subject: Duration] = [:]

    /// A book with nothing in it.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Peers with those first who answered fastest lately; one that is not known yet goes before those that are slow.
    package func ranked(_ peers: [PeerID]) -> [PeerID] {
        peers.map { (peer: $0, pace: self.paces[$0] ?? Self.unknown) }.sorted { $0.pace < $1.pace }.map(\.peer)
    }

    /// Notes how long a peer took, or that it gave no answer.
    package mutating func note(_ peer: PeerID, took duration: Duration?) {
        if self.paces[peer] == nil, self.paces.count >= self.limits.peers { self.paces = [:] }
        let known = self.paces[peer] ?? Self.unknown
        self.paces[peer] = duration.map { (known * 3 + $0) / 4 } ?? min(known * 4 + Self.unknown, Self.slowest)
    }

    /// Notes that nobody had something.
    ///
    /// - Parameters:
    ///   - representation: What was asked for.
    ///   - isFollowed: Whether anybody follows its repository; where nobody does, nobody has anything of it.
    ///   - now: The time.
    package mutating func noteAbsence(of representation: Representation, isFollowed: Bool, now: Duration) {
        if self.absences.count >= self.limits.absences {
            self.absences = self.absences.filter { $0.value > now }
            if self.absences.count >= self.limits.absences { self.absences = [:] }
        }
        let repository = isFollowed ? nil : representation.resource.endpoint.repository
        self.absences[repository.map(Subject.repository) ?? .resource(representation)] = now + self.limits.absence
    }

    /// Whether nobody had it just now, and nothing was heard of its repository since.
    package func isAbsent(_ representation: Representation, now: Duration) -> Bool {
        let repository = representation.resource.endpoint.repository.flatMap { self.absences[.repository($0)] }
        let until = [self.absences[.resource(representation)], repository].compactMap(\.self).max()
        return until.map { $0 > now } ?? false
    }

    /// Something was heard of a repository: somebody may have what nobody had.
    package mutating func heard(of repository: RepositoryName) {
        guard !self.absences.isEmpty else { return }
        self.absences = self.absences.filter { $0.key.repository != repository }
    }

    private static let unknown = Duration.milliseconds(5)
    private static let slowest = Duration.seconds(10)
}
