package import GitHubCore
import Synchronization

/// What was learnt by asking for the repositories of owners: which logins are organisations and which are users, and
/// whether the node's own credential has a list of its own.
package final class OwnerKinds: Sendable {
    private struct State {
        var kinds: [String: Endpoint.OwnerKind] = [:]
        var isWithoutOwnList = false
    }

    /// The most logins that are remembered; past it all are learnt again.
    static let limit = 10_000

    private let state = Mutex(State())

    /// Nothing is known.
    package init() {}

    /// What a login is, or nil where it is not known.
    package subscript(login: String) -> Endpoint.OwnerKind? {
        state.withLock { $0.kinds[login.lowercased()] }
    }

    /// Remembers what a login is.
    func learn(_ kind: Endpoint.OwnerKind, of login: String) {
        state.withLock { state in
            if state.kinds.count >= Self.limit { state.kinds = [:] }
            state.kinds[login.lowercased()] = kind
        }
    }

    /// Whether GitHub shows the node's credential no repositories of its own: it has none, or it is an app's.
    var isWithoutOwnList: Bool { state.withLock(\.isWithoutOwnList) }

    /// Remembers that it does not.
    func noteNoOwnList() { state.withLock { $0.isWithoutOwnList = true } }
}
