import NIOCore
import Synchronization

/// The sockets that peers opened to this node: kept until they close, and closed when the node stops.
///
/// One that arrives while the node stops is taken by nobody; dropped while it is open, it would bring the process down.
final class Arrivals: Sendable {
    private struct State {
        var links: [ObjectIdentifier: Transport.Link] = [:]
        var isOver = false
    }

    private let state = Mutex(State())

    /// Keeps a socket until it closes.
    func note(_ link: Transport.Link) {
        let id = ObjectIdentifier(link.channel)
        let isOver = self.state.withLock { state in
            state.links[id] = link
            return state.isOver
        }
        link.channel.closeFuture.whenComplete { _ in
            // Let go outside of the lock.
            _ = self.state.withLock { $0.links.removeValue(forKey: id) }
        }
        if isOver { link.channel.close(promise: nil) }
    }

    /// Closes what is left, and whatever still comes.
    func end() {
        let left = self.state.withLock { state in
            state.isOver = true
            return Array(state.links.values)
        }
        for link in left { link.channel.close(promise: nil) }
    }
}
