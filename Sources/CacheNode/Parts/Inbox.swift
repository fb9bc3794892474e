import Synchronization

/// The way of facts to the node's one loop; it knows whether any of them, or a fetch that one led to, is still under way.
struct Inbox: Sendable {
    private let continuation: AsyncStream<Node.Input>.Continuation
    private let cue: AsyncStream<Void>.Continuation
    /// Each says that what is followed may be other than it was; those that nobody took yet are one.
    let followCues: AsyncStream<Void>
    private let underWay = UnderWay()

    /// An inbox and the stream that it fills; bounded by what fills it: the store's inbox, the flights, the peers' stream.
    static func makeStream() -> (AsyncStream<Node.Input>, Inbox) {
        let (stream, continuation) = AsyncStream.makeStream(of: Node.Input.self)
        return (stream, Inbox(continuation: continuation))
    }

    private init(continuation: AsyncStream<Node.Input>.Continuation) {
        self.continuation = continuation
        (followCues, cue) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Whether nothing waits and nothing is worked on.
    var isAtRest: Bool { underWay.count.withLock { $0 == 0 } }

    func yield(_ input: Node.Input) {
        begin()
        if case .terminated = continuation.yield(input) { end() }
    }

    /// What is followed may be other than it was; facts do not wait until that is seen to, since readers wait for them.
    func refollow() {
        begin()
        guard case .enqueued = cue.yield() else { return end() }
    }

    /// Something else begins that ends in a fact, or in nothing.
    func begin() { underWay.count.withLock { $0 += 1 } }

    /// A fact was handled, or what began is over.
    func end() { underWay.count.withLock { $0 -= 1 } }

    func finish() {
        continuation.finish()
        cue.finish()
    }

    private final class UnderWay: Sendable {
        let count = Mutex(0)
    }
}
